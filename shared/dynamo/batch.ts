import { BatchGetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mapConcurrently } from '../kernel/concurrency.ts';
import type { Database } from './client.ts';
import { retry, withRetries } from './retry.ts';
import { isConflict } from './transaction.ts';

type Key = Readonly<Record<string, string | number>>;
export type Item = Readonly<Record<string, unknown>>;

const batchGetMax = 100;
/** A merchant's month of 25,000 lines takes 250 requests of some 20 ms each. */
const batchGetsConcurrentMax = 8;

/**
 * Reads items by key, 100 in one request. Keys that DynamoDB leaves unprocessed are requested again.
 *
 * @param consistent false halves the cost, for items that never change or may be slightly stale
 */
export async function batchGet(
  database: Database,
  keys: readonly { readonly table: string; readonly key: Key }[],
  { consistent = true } = {},
): Promise<{ readonly table: string; readonly item: Item }[]> {
  const found = await mapConcurrently(chunked(keys, batchGetMax), batchGetsConcurrentMax, chunk =>
    batchGetOnce(database, chunk, consistent),
  );
  return found.flat();
}

async function batchGetOnce(
  database: Database,
  keys: readonly { table: string; key: Key }[],
  consistent: boolean,
) {
  const found: { table: string; item: Item }[] = [];
  const tableOf = new Map(keys.map(({ table }) => [database.tableName(table), table]));
  let pending: Record<string, { Keys: Key[]; ConsistentRead: boolean }> = {};
  for (const { table, key } of keys) {
    const name = database.tableName(table);
    pending[name] ??= { Keys: [], ConsistentRead: consistent };
    pending[name].Keys.push(key);
  }
  return withRetries<typeof found>(
    async () => {
      const answer = await database.client.send(new BatchGetCommand({ RequestItems: pending }));
      for (const [name, items] of Object.entries(answer.Responses ?? {})) {
        found.push(...items.map(item => ({ table: tableOf.get(name) ?? name, item })));
      }
      pending = (answer.UnprocessedKeys ?? {}) as typeof pending;
      return Object.keys(pending).length > 0 ? retry : found;
    },
    {
      onExhausted: attemptsMax => {
        throw new Error(`DynamoDB left keys unread in each of ${attemptsMax} attempts`);
      },
    },
  );
}

/**
 * Concurrent puts, each on its own kept-alive socket: enough to keep one function busy, and few enough for the table
 * to scale up under the load.
 */
export const putsConcurrentMax = 32;

/**
 * Puts items, each in a request of its own: DynamoDB grants batch writes and batch deletes together, and a function
 * that may only add items must not get that grant. Draws the items lazily. Idempotent if each item is always the same.
 */
export async function putAll(
  database: Database,
  table: string,
  items: Iterable<Item>,
  signal?: AbortSignal,
): Promise<void> {
  const TableName = database.tableName(table);
  await mapConcurrently(items, putsConcurrentMax, async item => {
    signal?.throwIfAborted();
    await put(database, TableName, item);
  });
}

/** The SDK makes three attempts; a table that scales up under load throttles for longer than that. */
async function put(database: Database, TableName: string, Item: Item): Promise<void> {
  await withRetries(() => database.client.send(new PutCommand({ TableName, Item })), {
    isRetryable: isTransient,
  });
}

function isTransient(error: unknown): boolean {
  return isConflict(error) || (error instanceof Error && throttlings.has(error.name));
}

const throttlings = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

function* chunked<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
