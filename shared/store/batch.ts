import { BatchGetCommand, BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from './client.ts';

type Key = Readonly<Record<string, string | number>>;
export type Item = Readonly<Record<string, unknown>>;

const batchGetMax = 100;
/** Requests side by side: a merchant's month of 25,000 lines is 250 of them, of which each takes some 20 ms. */
const batchGetLanes = 8;
const attemptsMax = 8;

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
  for (let attempt = 1; Object.keys(pending).length > 0; attempt += 1) {
    if (attempt > attemptsMax) throw new Error('the tables leave keys unread, again and again');
    if (attempt > 1) await pauseMs(jitteredMs(attempt));
    const answer = await database.client.send(new BatchGetCommand({ RequestItems: pending }));
    for (const [name, items] of Object.entries(answer.Responses ?? {})) {
      found.push(...items.map(item => ({ table: tableOf.get(name) ?? name, item })));
    }
    pending = (answer.UnprocessedKeys ?? {}) as typeof pending;
  }
  return found;
}

const batchPutMax = 25;
/** Side by side: enough to keep one function busy, and few enough for the table to grow into the load. */
const batchPutLanes = 8;

/** Puts items, 25 in a request; what was left unwritten is put again. The items are drawn as they are needed. */
export async function batchPut(
  database: Database,
  table: string,
  items: Iterable<Item>,
  signal?: AbortSignal,
): Promise<void> {
  const chunks = chunked(items, batchPutMax);
  const lanes = Array.from({ length: batchPutLanes }, async () => {
    for (const chunk of chunks) {
      signal?.throwIfAborted();
      await batchPutOnce(database, database.tableName(table), chunk);
    }
  });
  await Promise.all(lanes);
}

async function batchPutOnce(database: Database, tableName: string, items: readonly Item[]): Promise<void> {
  let pending = items.map(Item => ({ PutRequest: { Item } }));
  for (let attempt = 1; pending.length > 0; attempt += 1) {
    if (attempt > attemptsMax) throw new Error('the tables leave items unwritten, again and again');
    if (attempt > 1) await pauseMs(jitteredMs(attempt));
    const answer = await database.client.send(
      new BatchWriteCommand({ RequestItems: { [tableName]: pending } }),
    );
    pending = (answer.UnprocessedItems?.[tableName] ?? []) as typeof pending;
  }
}

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

const pauseBaseMs = 10;
const pauseMaxMs = 1000;

/** Full jitter: competitors that fail together do not come back together. */
export function jitteredMs(attempt: number): number {
  return Math.random() * Math.min(pauseMaxMs, pauseBaseMs * 2 ** attempt);
}

export function pauseMs(durationMs: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, durationMs));
}
