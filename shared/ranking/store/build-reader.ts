import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { StoredLeaves } from '../contract/ranking-items.ts';
import { type PlacedRow, rowsOf, rowsPerBlock } from '../rules/ranking-blocks.ts';
import { leavesPerBlock, type Origin, unpackOrigins } from '../rules/ranking-proof.ts';
import { everybody } from '../rules/standings.ts';
import { blockIds, parseRankBlock, readBlocks } from './ranking-blocks.ts';

/** The rows of one scope of a build, by place and block by block; none where nobody is in that scope. */
export async function readBoardBlocks(
  database: Database,
  build: string,
  scope: string,
): Promise<{ total: number; blocks: AsyncGenerator<PlacedRow[]> }> {
  const total = await totalOf(database, build, scope);
  const nameOf = (number: number) => blockIds.byPlace(build, scope, number);
  const stored = blocks(database, nameOf, Math.ceil(total / rowsPerBlock));
  const rows = async function* () {
    for await (const item of stored) yield rowsOf(parseRankBlock(item));
  };
  return { total, blocks: rows() };
}

/** The same at once. */
export async function readWholeBoard(database: Database, build: string, scope: string): Promise<PlacedRow[]> {
  const { blocks } = await readBoardBlocks(database, build, scope);
  const all: PlacedRow[] = [];
  for await (const rows of blocks) for (const row of rows) all.push(row);
  return all;
}

/** What each driver of a version was ranked by, in the order of places. */
export async function readOrigins(database: Database, build: string): Promise<Origin[]> {
  const origins: Origin[] = [];
  for await (const item of leafBlocks(database, build)) {
    for (const origin of unpackOrigins(StoredLeaves.parse(item))) origins.push(origin);
  }
  return origins;
}

/** The scopes of a version that have anybody in them. */
export async function readScopes(database: Database, build: string): Promise<Set<string>> {
  const scopes = new Set<string>();
  for await (const item of leafBlocks(database, build)) {
    for (const scope of StoredLeaves.parse(item).scopes) scopes.add(scope);
  }
  return scopes;
}

async function* leafBlocks(database: Database, build: string): AsyncGenerator<Item> {
  const total = await totalOf(database, build, everybody);
  yield* blocks(database, number => blockIds.leaves(build, number), Math.ceil(total / leavesPerBlock));
}

async function totalOf(database: Database, build: string, scope: string): Promise<number> {
  const id = blockIds.byPlace(build, scope, 0);
  const first = (await readBlocks(database, [id])).get(id);
  return first ? parseRankBlock(first).total : 0;
}

/** As many as one request may ask for: all of a million drivers' at once would take too much memory. */
const blocksAtOnce = 100;

/** The blocks 0 to `count`, in order; a build that lacks one is broken. */
async function* blocks(
  database: Database,
  nameOf: (number: number) => string,
  count: number,
): AsyncGenerator<Item> {
  for (let start = 0; start < count; start += blocksAtOnce) {
    const length = Math.min(blocksAtOnce, count - start);
    const names = Array.from({ length }, (_, index) => nameOf(start + index));
    const found = await readBlocks(database, names);
    for (const name of names) {
      const item = found.get(name);
      if (!item) throw new Error(`the block ${name} is missing`);
      yield item;
    }
  }
}
