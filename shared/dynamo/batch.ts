import { BatchGetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from './client.ts';
import { retry, withRetries } from './retry.ts';
import { isConflict } from './transaction.ts';

type Key = Readonly<Record<string, string | number>>;
export type Item = Readonly<Record<string, unknown>>;

const batchGetMax = 100;
/** Requests side by side: a merchant's month of 25,000 lines is 250 of them, of which each takes some 20 ms. */
const batchGetLanes = 8;

/**
 * Reads the items of these keys in one request for every 100; what was left unread is asked for again.
 *
 * @param consistent half the cost without: for what never changes, or may be a moment old
 */
export async function batchGet(
  database: Database,
  keys: readonly { readonly table: string; readonly key: Key }[],
  { consistent = true } = {},
): Promise<{ readonly table: string; readonly item: Item }[]> {
  const found: { table: string; item: Item }[] = [];
  const chunks = chunked(keys, batchGetMax);
  const lanes = Array.from({ length: batchGetLanes }, async () => {
    for (const chunk of chunks) found.push(...(await batchGetOnce(database, chunk, consistent)));
  });
  await Promise.all(lanes);
  return found;
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
 * Side by side, each on a socket of its own that is kept alive: enough to keep one function busy, and few enough for
 * the table to grow into the load.
 */
export const putLanes = 32;

/**
 * Puts items, each by a request of its own: who may write in batches may delete in them, too, for DynamoDB has one
 * permission for both. The items are drawn as they are needed. Each must be new or the same again.
 */
export async function putAll(
  database: Database,
  table: string,
  items: Iterable<Item>,
  signal?: AbortSignal,
): Promise<void> {
  // One generator for all lanes: where one of them fails, it ends, and no other draws any more.
  const drawn = each(items);
  const lane = async () => {
    for (const item of drawn) {
      signal?.throwIfAborted();
      await put(database, database.tableName(table), item);
    }
  };
  await Promise.all(Array.from({ length: putLanes }, lane));
}

function* each<T>(items: Iterable<T>): Generator<T> {
  yield* items;
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
