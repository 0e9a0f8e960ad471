import { StoredLeaves } from '../../contracts/ranking-items.ts';
import { type PlacedRow, rowsOf, rowsPerBlock } from '../../domain/ranking-blocks.ts';
import { leavesPerBlock, type Origin, unpackOrigins } from '../../domain/ranking-proof.ts';
import { everybody } from '../../domain/standings.ts';
import type { Item } from '../../store/batch.ts';
import type { Database } from '../../store/client.ts';
import { blockIds, parseRankBlock, readBlocks } from '../../store/ranking-blocks.ts';

/** All rows of one scope of a build, by place; none where nobody is in that scope. */
export async function wholeBoard(database: Database, build: string, scope: string): Promise<PlacedRow[]> {
  const total = await totalOf(database, build, scope);
  const rows: PlacedRow[] = [];
  const nameOf = (number: number) => blockIds.byPlace(build, scope, number);
  for (const item of await blocks(database, nameOf, Math.ceil(total / rowsPerBlock))) {
    for (const row of rowsOf(parseRankBlock(item))) rows.push(row);
  }
  return rows;
}

/** What each driver of a version was ranked by, in the order of places. */
export async function originsOf(database: Database, build: string): Promise<Origin[]> {
  const origins: Origin[] = [];
  for (const item of await leafBlocks(database, build)) {
    for (const origin of unpackOrigins(StoredLeaves.parse(item))) origins.push(origin);
  }
  return origins;
}

/** The scopes of a version that have anybody in them. */
export async function scopesOfBuild(database: Database, build: string): Promise<Set<string>> {
  const items = await leafBlocks(database, build);
  return new Set(items.flatMap(item => StoredLeaves.parse(item).scopes));
}

async function leafBlocks(database: Database, build: string): Promise<Item[]> {
  const total = await totalOf(database, build, everybody);
  return blocks(database, number => blockIds.leaves(build, number), Math.ceil(total / leavesPerBlock));
}

async function totalOf(database: Database, build: string, scope: string): Promise<number> {
  const id = blockIds.byPlace(build, scope, 0);
  const first = (await readBlocks(database, [id])).get(id);
  return first ? parseRankBlock(first).total : 0;
}

/** The blocks 0 to `count`, in order; a build that lacks one is broken. */
async function blocks(
  database: Database,
  nameOf: (number: number) => string,
  count: number,
): Promise<Item[]> {
  const names = Array.from({ length: count }, (_, number) => nameOf(number));
  const found = await readBlocks(database, names);
  return names.map(name => {
    const item = found.get(name);
    if (!item) throw new Error(`the block ${name} is missing`);
    return item;
  });
}
