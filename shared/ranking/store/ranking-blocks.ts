import { randomUUID } from 'node:crypto';
import { batchGet, type Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import type { Month } from '../../kernel/time.ts';
import { StoredBucket, StoredRankBlock } from '../contract/ranking-items.ts';
import type { Board } from '../rules/ranking.ts';
import { type DriverBucket, driverBuckets, type RankBlock, rankBlocks } from '../rules/ranking-blocks.ts';
import type { Standings } from '../rules/standings.ts';

/** Names of the blocks of one build. Scopes and ids hold no `#`. */
export const blockIds = {
  byPlace: (build: string, scope: string, number: number) => `${build}#${scope}#r${number}`,
  byDriver: (build: string, scope: string, number: number) => `${build}#${scope}#d${number}`,
  leaves: (build: string, number: number) => `${build}#leaves#${number}`,
  salts: (build: string, number: number) => `${build}#salts#${number}`,
  roots: (build: string) => `${build}#roots`,
  changes: (build: string, number: number) => `${build}#changes#${number}`,
};

/** A build is written under a name of its own, so that what is shown never changes under a reader. */
export function newBuild(month: Month, version: number): string {
  return `${month}#${version === 0 ? 'live' : `v${version}`}#${randomUUID()}`;
}

/**
 * All items of all boards, drawn as they are needed.
 *
 * @param dropAt epoch seconds after which AWS may drop them; undefined for what is kept
 */
export function* boardItems(
  build: string,
  standings: Standings,
  boards: readonly Board[],
  dropAt: number | undefined,
): Generator<Item> {
  const until = dropAt === undefined ? {} : { dropAt };
  for (const board of boards) {
    for (const { number, ...block } of rankBlocks(standings, board)) {
      yield { blockId: blockIds.byPlace(build, board.scope, number), ...block, ...until };
    }
    for (const { number, ...bucket } of driverBuckets(standings, board)) {
      yield { blockId: blockIds.byDriver(build, board.scope, number), ...bucket, ...until };
    }
  }
}

export const blockKey = (blockId: string) => ({ table: 'rankingBlocks', key: { blockId } });

/** Blocks by their names. A block is never changed, so half a read unit for each 4 kB will do. */
export async function readBlocks(database: Database, ids: readonly string[]): Promise<Map<string, Item>> {
  const found = await batchGet(database, ids.map(blockKey), { consistent: false });
  return withMissing(database, ids, found);
}

/** A replica may not have a block yet that has just been written: what was not found is read again, consistently. */
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

/** The number of a block is the last part of its name. */
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
