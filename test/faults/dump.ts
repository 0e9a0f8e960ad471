import { type TableName, tables } from '../../shared/dynamo/tables.ts';
import type { Stage } from './stage/stage.ts';
import { everyItem, inOrder } from './state.ts';

/** Every item of every table, exactly as stored. */
export type Dump = ReadonlyMap<string, readonly string[]>;

export async function dumpOf(stage: Stage): Promise<Dump> {
  const database = await stage.tables();
  const names = Object.keys(tables) as TableName[];
  const read = names.map(async table => {
    const items = await everyItem(database, table);
    return [table, items.map(item => JSON.stringify(item, (_, value) => inOrder(value))).sort()] as const;
  });
  const dump = new Map(await Promise.all(read));
  database.client.destroy();
  return dump;
}

export function changedBetween(before: Dump, after: Dump): string[] {
  return [...before].flatMap(([table, items]) => {
    const now = new Set(after.get(table) ?? []);
    const then = new Set(items);
    return [
      ...items.filter(item => !now.has(item)).map(item => `${table} no longer has ${item}`),
      ...[...now].filter(item => !then.has(item)).map(item => `${table} has in addition ${item}`),
    ];
  });
}
