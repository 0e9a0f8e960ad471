import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { StoredLeaves } from '../contract/ranking-items.ts';
import { type PlacedRow, rowsOf, rowsPerBlock } from '../rules/ranking-blocks.ts';
import { leavesPerBlock, type Origin, unpackOrigins } from '../rules/ranking-proof.ts';
import { allDrivers } from '../rules/standings.ts';
import { blockIds, parseRankBlock, readBlocks } from './ranking-blocks.ts';

/** The rows of one scope of a build, by place, block by block. A scope without drivers yields no block. */
export async function readBoardBlocks(
  database: Database,
  build: string,
  scope: string,
): Promise<{ total: number; blocks: AsyncGenerator<PlacedRow[]> }> {
  const total = await totalOf(database, build, scope);
  const idOf = (number: number) => blockIds.byPlace(build, scope, number);
  const stored = readInOrder(database, idOf, Math.ceil(total / rowsPerBlock));
  const rows = async function* () {
    for await (const item of stored) yield rowsOf(parseRankBlock(item));
  };
  return { total, blocks: rows() };
}

/** All rows of one scope of a build, by place. */
export async function readWholeBoard(database: Database, build: string, scope: string): Promise<PlacedRow[]> {
  const { blocks } = await readBoardBlocks(database, build, scope);
  const all: PlacedRow[] = [];
  for await (const rows of blocks) for (const row of rows) all.push(row);
  return all;
}

/** The origins of all drivers of a version, in the order of places. */
export async function readOrigins(database: Database, build: string): Promise<Origin[]> {
  const origins: Origin[] = [];
  for await (const item of leafBlocks(database, build)) {
    for (const origin of unpackOrigins(StoredLeaves.parse(item))) origins.push(origin);
  }
  return origins;
}

/** The scopes of a version that have at least one driver. */
export async function readScopes(database: Database, build: string): Promise<Set<string>> {
  const scopes = new Set<string>();
  for await (const item of leafBlocks(database, build)) {
    for (const scope of StoredLeaves.parse(item).scopes) scopes.add(scope);
  }
  return scopes;
}

async function* leafBlocks(database: Database, build: string): AsyncGenerator<Item> {
  const total = await totalOf(database, build, allDrivers);
  yield* readInOrder(database, number => blockIds.leaves(build, number), Math.ceil(total / leavesPerBlock));
}

async function totalOf(database: Database, build: string, scope: string): Promise<number> {
  const id = blockIds.byPlace(build, scope, 0);
  const first = (await readBlocks(database, [id])).get(id);
  return first ? parseRankBlock(first).total : 0;
}

/** The maximum of one request. All blocks of a million drivers at once would take too much memory. */
const blocksPerRequest = 100;

/** Reads the blocks 0 to `count` − 1 in order. Throws when the build lacks one. */
async function* readInOrder(
  database: Database,
  idOf: (number: number) => string,
  count: number,
): AsyncGenerator<Item> {
  for (let start = 0; start < count; start += blocksPerRequest) {
    const length = Math.min(blocksPerRequest, count - start);
    const ids = Array.from({ length }, (_, index) => idOf(start + index));
    const found = await readBlocks(database, ids);
    for (const id of ids) {
      const item = found.get(id);
      if (!item) throw new Error(`block ${id} is missing`);
      yield item;
    }
  }
}
