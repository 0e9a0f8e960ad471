import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { holdMinutesMax } from '../contracts/rewards.ts';
import type { Redemption } from '../domain/redemption.ts';
import { type Instant, minuteMs, toLocalIso } from '../domain/time.ts';
import type { Item } from './batch.ts';
import type { Database } from './client.ts';
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
 * Those that may still hold points: what was reserved so lately that it need not be over, and what is over and has
 * not been ended by anybody.
 */
export async function openHolds(database: Database, driverId: string, now: Instant): Promise<Redemption[]> {
  const [recent, overdue] = await Promise.all([
    recentKeys(database, driverId, now),
    overdueHoldsOf(database, driverId, now),
  ]);
  return inOrder(database, [...recent, ...overdue]);
}

async function recentKeys(database: Database, driverId: string, now: Instant): Promise<Item[]> {
  const keys: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const answer = await database.client.send(
      new QueryCommand({
        TableName: database.tableName('redemptions'),
        IndexName: 'byDriver',
        KeyConditionExpression: 'driverId = :driver AND reservedAt >= :since',
        ExpressionAttributeValues: { ':driver': driverId, ':since': toLocalIso(now - heldMsMax) },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    keys.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start);
  return keys;
}

const heldMsMax = holdMinutesMax * minuteMs;

async function inOrder(
  database: Database,
  keys: readonly { readonly redemptionId?: unknown }[],
): Promise<Redemption[]> {
  const ids = [...new Set(keys.map(({ redemptionId }) => String(redemptionId)))];
  const found = await readRedemptions(database, ids);
  return ids.flatMap(id => found.get(id) ?? []);
}
