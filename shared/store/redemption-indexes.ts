import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { holdMinutesMax } from '../contracts/rewards.ts';
import { type Instant, type Month, minuteMs, toLocalIso } from '../domain/time.ts';
import type { Item } from './batch.ts';
import type { Database } from './client.ts';
import { dueShardOf, dueShards, merchantMonthKey } from './redemptions.ts';

/** The indexes carry keys only: they say which redemptions to read. */

/** Nothing is held for longer. */
const holdMaxMs = holdMinutesMax * minuteMs;

export interface Due {
  readonly redemptionId: string;
  readonly driverId: string;
  /** The reward whose stock waits for it; undefined where none does. */
  readonly rewardId: string | undefined;
}

/** What is still held past its time, soonest due first within a shard. */
export async function* overdueIn(database: Database, shard: string, now: Instant): AsyncGenerator<Due> {
  // `$` follows `#`: what is due at this very instant is in.
  const keys = pagesOf(database, {
    IndexName: 'due',
    KeyConditionExpression: 'dueShard = :shard AND dueAt < :until',
    ExpressionAttributeValues: { ':shard': shard, ':until': `${toLocalIso(now)}$` },
  });
  for await (const { redemptionId, dueAt } of keys) {
    const [, driverId = '', rewardId] = String(dueAt).split('#');
    yield { redemptionId: String(redemptionId), driverId, rewardId: rewardId || undefined };
  }
}

export async function* allOverdue(database: Database, now: Instant): AsyncGenerator<Due> {
  for (let shard = 0; shard < dueShards; shard += 1) yield* overdueIn(database, String(shard), now);
}

export async function overdueOf(database: Database, driverId: string, now: Instant): Promise<Due[]> {
  const overdue = await collected(overdueIn(database, dueShardOf(driverId), now));
  return overdue.filter(due => due.driverId === driverId);
}

/** Every redemption of the driver that may be reserved still, and some that are not any more. */
export async function possibleHolds(database: Database, driverId: string, now: Instant): Promise<string[]> {
  const young = pagesOf(database, {
    IndexName: 'byDriver',
    KeyConditionExpression: 'driverId = :driver AND reservedAt > :since',
    ExpressionAttributeValues: { ':driver': driverId, ':since': toLocalIso(now - holdMaxMs) },
  });
  const [held, overdue] = await Promise.all([collected(young), overdueOf(database, driverId, now)]);
  return [...new Set([...held, ...overdue].map(({ redemptionId }) => String(redemptionId)))];
}

/** Where a driver's list goes on. */
export interface ListPosition {
  readonly reservedAt: string;
  readonly redemptionId: string;
}

/** A driver's redemptions, newest first. */
export async function redemptionsOf(
  database: Database,
  driverId: string,
  limit: number,
  after?: ListPosition,
): Promise<{ redemptionIds: string[]; next: ListPosition | null }> {
  const answer = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('redemptions'),
      IndexName: 'byDriver',
      KeyConditionExpression: 'driverId = :driver',
      ExpressionAttributeValues: { ':driver': driverId },
      ScanIndexForward: false,
      Limit: limit,
      ...(after ? { ExclusiveStartKey: { driverId, ...after } } : {}),
    }),
  );
  const last = answer.LastEvaluatedKey;
  return {
    redemptionIds: (answer.Items ?? []).map(({ redemptionId }) => String(redemptionId)),
    next: last ? { reservedAt: String(last.reservedAt), redemptionId: String(last.redemptionId) } : null,
  };
}

/** What a merchant confirmed in a month, and what was returned to it in that month. */
export async function redemptionsOfMonth(
  database: Database,
  merchantId: string,
  month: Month,
): Promise<{ confirmed: string[]; returned: string[] }> {
  const key = merchantMonthKey(merchantId, month);
  const idsIn = async (index: string, partition: string) => {
    const keys = pagesOf(database, {
      IndexName: index,
      KeyConditionExpression: `${partition} = :key`,
      ExpressionAttributeValues: { ':key': key },
    });
    return (await collected(keys)).map(({ redemptionId }) => String(redemptionId));
  };
  const [confirmed, returned] = await Promise.all([
    idsIn('confirmations', 'confirmedKey'),
    idsIn('returns', 'returnedKey'),
  ]);
  return { confirmed, returned };
}

/** All that a query finds, page after page to its end. */
async function* pagesOf(
  database: Database,
  query: Omit<QueryCommandInput, 'TableName'>,
): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const answer = await database.client.send(
      new QueryCommand({
        TableName: database.tableName('redemptions'),
        ...query,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    yield* answer.Items ?? [];
    start = answer.LastEvaluatedKey;
  } while (start);
}

async function collected<T>(all: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of all) list.push(one);
  return list;
}
