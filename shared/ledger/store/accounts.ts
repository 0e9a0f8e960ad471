import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { queryEach } from '../../dynamo/query.ts';
import { type Fragment, isConditionFailure } from '../../dynamo/transaction.ts';
import { storedById } from '../../kernel/by-id.ts';
import { sha256, shardOf } from '../../kernel/digest.ts';
import { addMonths, type Instant, type Month, monthOf } from '../../kernel/time.ts';
import { StoredAccount } from '../contract/items.ts';
import { type Account, newAccount } from '../rules/account.ts';
import { chainStart } from '../rules/chain.ts';
import { monthsOf } from '../rules/lots.ts';

/** One index partition takes 1,000 writes a second: 16 are enough for a city, and few to read each minute. */
export const standingShards = 16;

/** An account with what the index needs besides. */
export interface AccountRecord {
  readonly account: Account;
  /** No lot is older: the sweep need not look at the account before this month's lots are due. */
  readonly sweepFrom: Month | null;
}

export function emptyRecord(driverId: string): AccountRecord {
  return { account: newAccount(driverId, chainStart(driverId, sha256)), sweepFrom: null };
}

export function parseAccount(item: Item): AccountRecord {
  return { account: StoredAccount.parse(item), sweepFrom: String(item.sweepKey).slice(0, 7) };
}

export async function readAccount(database: Database, driverId: string): Promise<AccountRecord> {
  const item = await readAccountItem(database, driverId);
  return item ? parseAccount(item) : emptyRecord(driverId);
}

/** The account as it is stored. */
export async function readAccountItem(database: Database, driverId: string): Promise<Item | undefined> {
  const { Item } = await database.client.send(
    new GetCommand({ TableName: database.tableName('accounts'), Key: { driverId }, ConsistentRead: true }),
  );
  return Item;
}

export function shardName(shard: number): string {
  return String(shard).padStart(2, '0');
}

/**
 * Puts the account as it is after its new entries, on the condition that it still is as it was read: so everything
 * that happens to a driver's points is put in one order.
 */
export function replaceAccount(database: Database, before: AccountRecord, after: Account): Fragment {
  const seq = before.account.seq;
  return {
    write: {
      Put: {
        TableName: database.tableName('accounts'),
        Item: accountItem(after, sweepFrom(before, after)),
        ...(seq === 0
          ? { ConditionExpression: 'attribute_not_exists(driverId)' }
          : { ConditionExpression: 'seq = :read', ExpressionAttributeValues: { ':read': seq } }),
      },
    },
    onConditionFailed: () => 'stale',
  };
}

export function accountItem(account: Account, sweep: Month): Item {
  return {
    ...account,
    standings: eachMonth(account.standings, ({ score, minutes }) => [score, minutes]),
    capUse: eachMonth(account.capUse, storedById),
    reservations: eachMonth(account.reservations, storedById),
    shard: shardName(shardOf(account.driverId, standingShards)),
    sweepKey: `${sweep}#${account.driverId}`,
  };
}

function eachMonth<Value, Stored>(
  byMonth: Readonly<Record<Month, Value>>,
  stored: (value: Value) => Stored,
): Record<Month, Stored> {
  return Object.fromEntries(Object.entries(byMonth).map(([month, value]) => [month, stored(value)]));
}

/**
 * Moving the key of the index costs a unit more, so it moves down only where a lot older than ever before came in,
 * and up only where an old one has expired. It starts early enough for events that come late.
 */
function sweepFrom(before: AccountRecord, after: Account): Month {
  const [oldest] = monthsOf(after.lots);
  const start = before.sweepFrom ?? addMonths(after.latestMonth, -2);
  if (after.expired > before.account.expired) return oldest ?? addMonths(after.latestMonth, -2);
  return oldest !== undefined && oldest < start ? oldest : start;
}

/** Has the sweep pass an account by in which nothing has expired; one that changes meanwhile is left to the next run. */
export async function moveSweep(database: Database, { account }: AccountRecord, now: Instant): Promise<void> {
  const [oldest] = monthsOf(account.lots);
  try {
    await database.client.send(
      new UpdateCommand({
        TableName: database.tableName('accounts'),
        Key: { driverId: account.driverId },
        UpdateExpression: 'SET sweepKey = :key',
        ConditionExpression: 'seq = :read',
        ExpressionAttributeValues: {
          ':key': `${oldest ?? addMonths(monthOf(now), -2)}#${account.driverId}`,
          ':read': account.seq,
        },
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/** Drivers whose accounts may hold lots of months before this one, by the index and to its end. */
export async function* driversWithLotsBefore(database: Database, month: Month): AsyncGenerator<string> {
  for (let shard = 0; shard < standingShards; shard += 1) {
    const found = queryEach(database, 'accounts', {
      IndexName: 'standings',
      KeyConditionExpression: '#shard = :shard AND sweepKey < :month',
      ExpressionAttributeNames: { '#shard': 'shard' },
      ExpressionAttributeValues: { ':shard': shardName(shard), ':month': month },
    });
    for await (const { driverId } of found) yield String(driverId);
  }
}
