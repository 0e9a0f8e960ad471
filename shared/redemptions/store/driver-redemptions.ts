import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { queryAll } from '../../dynamo/query.ts';
import { isConditionFailure } from '../../dynamo/transaction.ts';
import { addMonths, type Instant, minuteMs, monthOf, startOfMonth, toLocalIso } from '../../kernel/time.ts';
import { holdMinutesMax } from '../contract/rewards.ts';
import type { Redemption } from '../rules/redemption.ts';
import { overdueHoldsOf } from './due-holds.ts';
import { readRedemptions } from './redemptions.ts';

/** Where a page of a driver's redemptions goes on. */
export interface Place {
  readonly redemptionId: string;
  readonly reservedAt: string;
}

/** A driver's redemptions, newest first. The index has keys alone, so that a confirmation need not write to it. */
export async function redemptionsOf(
  database: Database,
  driverId: string,
  limit: number,
  after?: Place,
): Promise<{ redemptions: Redemption[]; next: Place | null }> {
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
    redemptions: await inOrder(database, answer.Items ?? []),
    next: last ? { redemptionId: String(last.redemptionId), reservedAt: String(last.reservedAt) } : null,
  };
}

/**
 * By their ids those that may still hold points: what was reserved in this month or the one before, or so lately that
 * it need not be over, and what is over and has not been ended by anybody. The indexes may be a moment behind.
 */
export async function possibleHolds(database: Database, driverId: string, now: Instant): Promise<string[]> {
  const since = Math.min(now - heldMsMax, startOfMonth(addMonths(monthOf(now), -1)));
  const [recent, overdue] = await Promise.all([
    keysSince(database, driverId, toLocalIso(since)),
    overdueHoldsOf(database, driverId, now),
  ]);
  return distinctIds([...recent, ...overdue]);
}

/** As text: times begin with the year. */
const beforeAllTimes = '0';

/** All of a driver's redemptions by their keys, or those that were reserved at a time or later. */
async function keysSince(database: Database, driverId: string, since = beforeAllTimes): Promise<Item[]> {
  return queryAll(database, 'redemptions', {
    IndexName: 'byDriver',
    KeyConditionExpression: 'driverId = :driver AND reservedAt >= :since',
    ExpressionAttributeValues: { ':driver': driverId, ':since': since },
  });
}

const heldMsMax = holdMinutesMax * minuteMs;

async function inOrder(
  database: Database,
  keys: readonly { readonly redemptionId?: unknown }[],
): Promise<Redemption[]> {
  const ids = distinctIds(keys);
  const found = await readRedemptions(database, ids);
  return ids.flatMap(id => found.get(id) ?? []);
}

function distinctIds(keys: readonly { readonly redemptionId?: unknown }[]): string[] {
  return [...new Set(keys.map(({ redemptionId }) => String(redemptionId)))];
}

const forgotten = 'forgotten';

/**
 * Forgets by which requests a driver's redemptions were made, and with that what their codes were made from. One that
 * is still reserved keeps it, for its code must be found.
 */
export async function forgetRequests(database: Database, driverId: string): Promise<void> {
  for (const { redemptionId } of await keysSince(database, driverId)) {
    try {
      await database.client.send(
        new UpdateCommand({
          TableName: database.tableName('redemptions'),
          Key: { redemptionId },
          UpdateExpression: 'SET seed = :forgotten, codeKey = :forgotten',
          ConditionExpression: '#state <> :reserved AND seed <> :forgotten',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':forgotten': forgotten, ':reserved': 'reserved' },
        }),
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  }
}
