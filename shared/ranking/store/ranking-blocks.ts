import { randomUUID } from 'node:crypto';
import { batchGet, type Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import type { Month } from '../../kernel/time.ts';
import { StoredBucket, StoredRankBlock } from '../contract/ranking-items.ts';
import type { Board } from '../rules/ranking.ts';
import { type DriverBucket, driverBuckets, type RankBlock, rankBlocks } from '../rules/ranking-blocks.ts';
import type { Standings } from '../rules/standings.ts';

/** Keys of the blocks of one build. Scopes and ids contain no `#`. */
export const blockIds = {
  byPlace: (build: string, scope: string, number: number) => `${build}#${scope}#r${number}`,
  byDriver: (build: string, scope: string, number: number) => `${build}#${scope}#d${number}`,
  leaves: (build: string, number: number) => `${build}#leaves#${number}`,
  salts: (build: string, number: number) => `${build}#salts#${number}`,
  roots: (build: string) => `${build}#roots`,
  changes: (build: string, number: number) => `${build}#changes#${number}`,
};

/** A unique name for a build. Every build has its own blocks, so a reader never sees a block change. */
export function newBuild(month: Month, version: number): string {
  return `${month}#${version === 0 ? 'live' : `v${version}`}#${randomUUID()}`;
}

/**
 * Generates all block items of all boards, one at a time.
 *
 * @param dropAt the items' TTL in epoch seconds; undefined for items that are kept
 */
export function* boardItems(
  build: string,
  standings: Standings,
  boards: readonly Board[],
  dropAt: number | undefined,
): Generator<Item> {
  const ttl = dropAt === undefined ? {} : { dropAt };
  for (const board of boards) {
    for (const { number, ...block } of rankBlocks(standings, board)) {
      yield { blockId: blockIds.byPlace(build, board.scope, number), ...block, ...ttl };
    }
    for (const { number, ...bucket } of driverBuckets(standings, board)) {
      yield { blockId: blockIds.byDriver(build, board.scope, number), ...bucket, ...ttl };
    }
  }
}

export const blockKey = (blockId: string) => ({ table: 'rankingBlocks', key: { blockId } });

/** Reads blocks by id. Blocks never change, so eventually consistent reads suffice: half a read unit (RRU) per 4 kB. */
export async function readBlocks(database: Database, ids: readonly string[]): Promise<Map<string, Item>> {
  const found = await batchGet(database, ids.map(blockKey), { consistent: false });
  return withMissing(database, ids, found);
}

/** Adds the blocks that were not found, by consistent reads: a replica may lack a block that was just written. */
export async function withMissing(
  database: Database,
  ids: readonly string[],
  found: readonly { readonly item: Item }[],
): Promise<Map<string, Item>> {
  const blocks = new Map(found.map(({ item }) => [String(item.blockId), item]));
  const missing = ids.filter(id => !blocks.has(id));
  for (const { item } of await batchGet(database, missing.map(blockKey)))
    blocks.set(String(item.blockId), item);
  return blocks;
}

/** Parses a block by place. The last part of its id is its number. */
export function parseRankBlock(item: Item): RankBlock {
  const block = StoredRankBlock.parse(item);
  const number = Number(block.blockId.slice(block.blockId.lastIndexOf('#r') + 2));
  return { number, total: block.total, firstRank: block.firstRank, rows: block.rows };
}

export function parseBucket(item: Item): Omit<DriverBucket, 'number'> {
  return StoredBucket.parse(item);
}

export function isRankBlock(item: Item): boolean {
  return 'firstRank' in item;
}
