import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { actionsOn } from '../../infra/functions/grants.ts';
import { type FunctionName, functionSpecs } from '../../infra/functions/index.ts';
import type { Item } from '../../shared/dynamo/batch.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { type TableName, type TableShape, tables } from '../../shared/dynamo/tables.ts';
import { everyItem, inOrder } from '../faults/state.ts';

export type Contents = Readonly<Record<string, readonly Item[]>>;

const requestItemsMax = 25;
export const allTables = Object.keys(tables) as TableName[];

/** The tables that a function is granted to change. */
export function changedBy(name: FunctionName): TableName[] {
  const changes = /^dynamodb:(Put|Update|Delete)Item$/;
  return allTables.filter(table =>
    actionsOn(table, functionSpecs[name].grants).some(action => changes.test(action)),
  );
}

/** Every item of these tables with all fields, sorted. */
export async function contentsOf(database: Database, names: readonly TableName[]): Promise<Contents> {
  const read = names.map(async table => {
    const items = (await everyItem(database, table)).map(item => ({ words: wordsOf(item), item }));
    return [table, items.toSorted((a, b) => (a.words < b.words ? -1 : 1)).map(({ item }) => item)] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

function wordsOf(item: Item): string {
  return JSON.stringify(item, (_, value) => inOrder(value));
}

export async function removeAll(database: Database, contents: Contents): Promise<void> {
  for (const [table, items] of Object.entries(contents)) {
    await removeFrom(database, table as TableName, items);
  }
}

async function removeFrom(database: Database, table: TableName, items: readonly Item[]): Promise<void> {
  const { partition, sort }: TableShape = tables[table];
  const keys = items.map(item => ({
    [partition]: item[partition],
    ...(sort ? { [sort.name]: item[sort.name] } : {}),
  }));
  for (let start = 0; start < keys.length; start += requestItemsMax) {
    const requests = keys.slice(start, start + requestItemsMax).map(Key => ({ DeleteRequest: { Key } }));
    await database.client.send(
      new BatchWriteCommand({ RequestItems: { [database.tableName(table)]: requests } }),
    );
  }
}
