import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { type Instant, instantOf, type Month, monthOf, toLocalIso } from '../../kernel/time.ts';
import { AdjustmentView } from '../contract/governance.ts';

/** A proposal as it is stored is the proposal as organizers see it, with its place in the month's list. */
export type StoredAdjustment = AdjustmentView;

const parse = (item: Item): StoredAdjustment => AdjustmentView.strip().parse(item);

export async function readAdjustment(
  database: Database,
  adjustmentId: string,
): Promise<StoredAdjustment | undefined> {
  const { Item } = await database.client.send(
    new GetCommand({
      TableName: database.tableName('adjustments'),
      Key: { adjustmentId },
      ConsistentRead: true,
    }),
  );
  return Item && parse(Item);
}

/** Stores a new proposal. Fails as `known` if it has been proposed before. */
export function proposed(database: Database, adjustment: StoredAdjustment): Fragment<'known'> {
  return {
    write: {
      Put: {
        TableName: database.tableName('adjustments'),
        Item: {
          ...adjustment,
          month: monthOf(instantOf(adjustment.proposedAt)),
          timeAndId: `${adjustment.proposedAt}#${adjustment.adjustmentId}`,
        },
        ConditionExpression: 'attribute_not_exists(adjustmentId)',
      },
    },
    onConditionFailed: () => 'known',
  };
}

export type RejectedRefusal = Refusal<'not-found' | 'adjustment-decided'>;
export type ApprovedRefusal = RejectedRefusal | Refusal<'second-organizer-needed'>;

/**
 * Approves a proposal, once. The rule that a second organizer must approve is a condition of this write, so neither a
 * handler nor a race can bypass it.
 */
export function approved(
  database: Database,
  adjustmentId: string,
  by: string,
  at: Instant,
): Fragment<ApprovedRefusal> {
  return {
    write: decision(database, adjustmentId, 'approved', by, at, '#state = :proposed AND proposedBy <> :by'),
    onConditionFailed: old => {
      if (!old) return { refusal: 'not-found' };
      const { state, proposedBy } = parse(old);
      return state === 'proposed'
        ? { refusal: 'second-organizer-needed', proposedBy }
        : { refusal: 'adjustment-decided', state };
    },
  };
}

/** Rejects a proposal, once. */
export function rejected(
  database: Database,
  adjustmentId: string,
  by: string,
  at: Instant,
): Fragment<RejectedRefusal> {
  return {
    write: decision(database, adjustmentId, 'rejected', by, at, '#state = :proposed'),
    onConditionFailed: old =>
      old ? { refusal: 'adjustment-decided', state: parse(old).state } : { refusal: 'not-found' },
  };
}

function decision(
  database: Database,
  adjustmentId: string,
  state: 'approved' | 'rejected',
  by: string,
  at: Instant,
  ConditionExpression: string,
): Fragment['write'] {
  return {
    Update: {
      TableName: database.tableName('adjustments'),
      Key: { adjustmentId },
      UpdateExpression: 'SET #state = :state, decidedBy = :by, decidedAt = :at',
      ConditionExpression,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':state': state,
        ':proposed': 'proposed',
        ':by': by,
        ':at': toLocalIso(at),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/** A month's proposals, newest first. `next` is where to go on; null at the end. */
export async function adjustmentsOf(database: Database, month: Month, limit: number, below?: string) {
  const { Items, LastEvaluatedKey } = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('adjustments'),
      IndexName: 'byMonth',
      KeyConditionExpression:
        below === undefined ? '#month = :month' : '#month = :month AND timeAndId < :below',
      ExpressionAttributeNames: { '#month': 'month' },
      ExpressionAttributeValues: { ':month': month, ...(below === undefined ? {} : { ':below': below }) },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  const last = Items?.at(-1);
  return {
    adjustments: (Items ?? []).map(parse),
    next: LastEvaluatedKey && last ? String(last.timeAndId) : null,
  };
}
