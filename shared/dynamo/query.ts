import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item } from './batch.ts';
import type { Database } from './client.ts';

type Query = Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'>;

/** Yields all pages of a query. DynamoDB limits a page to 1 MB. */
export async function* queryPages(
  database: Database,
  table: string,
  query: Query,
): AsyncGenerator<{ readonly items: readonly Item[]; readonly count: number }> {
  const TableName = database.tableName(table);
  let start: Item | undefined;
  do {
    const { Items, Count, LastEvaluatedKey } = await database.client.send(
      new QueryCommand({ TableName, ...query, ...(start ? { ExclusiveStartKey: start } : {}) }),
    );
    yield { items: Items ?? [], count: Count ?? 0 };
    start = LastEvaluatedKey;
  } while (start);
}

/** Reads all items of a query. */
export async function queryAll(database: Database, table: string, query: Query): Promise<Item[]> {
  const all: Item[] = [];
  for await (const { items } of queryPages(database, table, query)) all.push(...items);
  return all;
}

/** Yields all items of a query. Requests the next page only when the current one is used up. */
export async function* queryEach(database: Database, table: string, query: Query): AsyncGenerator<Item> {
  for await (const { items } of queryPages(database, table, query)) yield* items;
}
