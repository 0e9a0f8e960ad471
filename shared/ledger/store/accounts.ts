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

/** One index partition takes 1,000 writes a second. 16 are enough for a city, and few enough to read each minute. */
export const standingShards = 16;

/** An account with the start of its index key. */
export interface AccountRecord {
  readonly account: Account;
  /** No lot is older than this month, so the expiry sweep skips the account until lots of this month expire. */
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

/** The unparsed account item. */
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
 * Replaces the account under an optimistic lock on `seq`. This puts all changes of a driver's points in one order.
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
 * Computes the month at which the sweep key starts. Changing an index key costs one more write unit, so the month moves
 * back only for a lot older than all before, and forward only after an expiry. It starts two months back, because
 * events come late.
 */
function sweepFrom(before: AccountRecord, after: Account): Month {
  const [oldest] = monthsOf(after.lots);
  const start = before.sweepFrom ?? addMonths(after.latestMonth, -2);
  if (after.expired > before.account.expired) return oldest ?? addMonths(after.latestMonth, -2);
  return oldest !== undefined && oldest < start ? oldest : start;
}

/** Moves the sweep key of an account without expired lots. If the account has changed, the next run looks at it again. */
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

/** Yields all drivers whose accounts may have lots of months before this one. */
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
