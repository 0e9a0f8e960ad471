import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { queryAll } from '../../dynamo/query.ts';
import { type Fragment, transact } from '../../dynamo/transaction.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import {
  type StockAdjustment,
  type StockRecord,
  StoredAdjustment,
  StoredStock,
} from '../contract/redemption-items.ts';
import type { RewardTerms } from '../rules/reserve.ts';

export async function readStocks(
  database: Database,
  rewardIds: readonly string[],
): Promise<ReadonlyMap<string, StockRecord>> {
  const found = await batchGet(
    database,
    rewardIds.map(rewardId => ({ table: 'rewards', key: { rewardId } })),
  );
  const records = found.map(({ item }) => StoredStock.parse(item));
  return new Map(records.map(record => [record.rewardId, record]));
}

/** Version 1 begins with an empty stock; each later one follows the one before it, and keeps the stock. */
export function putVersionInForce(database: Database, { rewardId, version }: RewardTerms): Fragment {
  return {
    write: {
      Update: {
        TableName: database.tableName('rewards'),
        Key: { rewardId },
        UpdateExpression: 'SET version = :next, stock = if_not_exists(stock, :none)',
        ...(version === 1
          ? {
              ConditionExpression: 'attribute_not_exists(rewardId)',
              ExpressionAttributeValues: { ':next': 1, ':none': 0 },
            }
          : {
              ConditionExpression: 'version = :before',
              ExpressionAttributeValues: { ':next': version, ':before': version - 1, ':none': 0 },
            }),
      },
    },
    onConditionFailed: () => 'stale',
  };
}

/** One piece for a reservation under these terms, if they are in force still and a piece is there. */
export function takeFromStock(
  database: Database,
  { rewardId, version, stockTracked }: RewardTerms,
): Fragment<Refusal<'out-of-stock'>> {
  const item = { TableName: database.tableName('rewards'), Key: { rewardId } };
  if (!stockTracked) {
    return {
      write: {
        ConditionCheck: {
          ...item,
          ConditionExpression: 'version = :decided',
          ExpressionAttributeValues: { ':decided': version },
        },
      },
      onConditionFailed: () => 'stale',
    };
  }
  return {
    write: {
      Update: {
        ...item,
        UpdateExpression: 'SET stock = stock - :piece',
        ConditionExpression: 'version = :decided AND stock >= :piece',
        ExpressionAttributeValues: { ':decided': version, ':piece': 1 },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    onConditionFailed: old =>
      old?.version === version
        ? { refusal: 'out-of-stock', rewardId, available: Number(old.stock), needed: 1 }
        : 'stale',
  };
}

/** The piece that a redemption held, whatever the terms say by now. */
export function giveBackToStock(database: Database, rewardId: string): Fragment {
  return {
    write: {
      Update: {
        TableName: database.tableName('rewards'),
        Key: { rewardId },
        UpdateExpression: 'SET stock = stock + :piece',
        ConditionExpression: 'attribute_exists(rewardId)',
        ExpressionAttributeValues: { ':piece': 1 },
      },
    },
    onConditionFailed: () => {
      throw new Error(`reward ${rewardId} is gone`);
    },
  };
}

/**
 * Adds to the stock, or takes from it, once for each request number.
 *
 * @param read pieces that were there, and must be there still: the audit list tells them
 * @returns the refusal where less is there than is to be taken, `repeat` where the number is taken
 */
export async function adjustStock(
  database: Database,
  adjustment: StockAdjustment,
  read: number,
  extraWrites: readonly Fragment[] = [],
): Promise<'done' | 'stale' | 'repeat' | Refusal<'out-of-stock'>> {
  const { rewardId, delta } = adjustment;
  const outcome = await transact<'repeat' | Refusal<'out-of-stock'>>(database, [
    {
      write: {
        Put: {
          TableName: database.tableName('stockAdjustments'),
          Item: adjustment,
          ConditionExpression: 'attribute_not_exists(requestNo)',
        },
      },
      onConditionFailed: () => 'repeat',
    },
    {
      write: {
        Update: {
          TableName: database.tableName('rewards'),
          Key: { rewardId },
          UpdateExpression: 'SET stock = stock + :delta',
          ConditionExpression: 'stock = :read AND stock >= :least',
          ExpressionAttributeValues: { ':delta': delta, ':read': read, ':least': Math.max(0, -delta) },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      onConditionFailed: old => {
        const available = Number(old?.stock ?? 0);
        return available === read
          ? { refusal: 'out-of-stock', rewardId, available, needed: -delta }
          : 'stale';
      },
    },
    ...extraWrites,
  ]);
  return outcome.done ? 'done' : outcome.failure;
}

export async function readAdjustment(
  database: Database,
  rewardId: string,
  requestNo: string,
): Promise<StockAdjustment | undefined> {
  const { Item } = await database.client.send(
    new GetCommand({
      TableName: database.tableName('stockAdjustments'),
      Key: { rewardId, requestNo },
      ConsistentRead: true,
    }),
  );
  return Item && StoredAdjustment.parse(Item);
}

/** What was ever put into a reward's stock or taken out by hand, and the numbers of what of it cannot be read. */
export async function adjustmentsOf(
  database: Database,
  rewardId: string,
): Promise<{ adjustments: StockAdjustment[]; unreadable: string[] }> {
  const found = await queryAll(database, 'stockAdjustments', {
    KeyConditionExpression: 'rewardId = :reward',
    ExpressionAttributeValues: { ':reward': rewardId },
    ConsistentRead: true,
  });
  const adjustments: StockAdjustment[] = [];
  const unreadable: string[] = [];
  for (const item of found) {
    const adjustment = StoredAdjustment.safeParse(item);
    if (adjustment.success) adjustments.push(adjustment.data);
    else unreadable.push(String(item.requestNo));
  }
  return { adjustments, unreadable };
}
