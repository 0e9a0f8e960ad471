import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { batchGet, type Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { withRetries } from '../../dynamo/retry.ts';
import { type Fragment, isConditionFailure, isConflict } from '../../dynamo/transaction.ts';
import { sha256, shardOf } from '../../kernel/digest.ts';
import { type Instant, type Month, monthOf, toLocalIso } from '../../kernel/time.ts';
import { StoredRedemption } from '../contract/redemption-items.ts';
import {
  judgeScan,
  type Redemption,
  type Reserved,
  type Scan,
  type ScanVerdict,
  type Step,
  steps,
} from '../rules/redemption.ts';

/** One index partition takes 1,000 writes a second. */
export const dueShards = 4;

export function dueShardOf(driverId: string): string {
  return String(shardOf(driverId, dueShards));
}

/**
 * By when it is due, and whose it is: so that the index alone, which carries keys only, tells which of a driver's
 * holds are overdue, and which rewards' stock waits for them.
 */
function dueAtOf({ expiresAt, driverId, rewardId, stockTracked }: Reserved): string {
  return `${expiresAt}#${driverId}#${stockTracked ? rewardId : ''}`;
}

const outletMarkLength = 8;

/** An outlet within a redemption: 48 bits instead of up to 128 characters, fifty of which would fill the item. */
export function outletMark(merchantId: string): string {
  return Buffer.from(sha256(merchantId), 'hex').toString('base64url').slice(0, outletMarkLength);
}

export function merchantMonthKey(merchantId: string, month: Month): string {
  return `${merchantId}#${month}`;
}

export async function readRedemption(
  database: Database,
  redemptionId: string,
): Promise<Redemption | undefined> {
  const item = await readRedemptionItem(database, redemptionId);
  return item && parseRedemption(item);
}

/** The redemption as it is stored, with the keys of the indexes that list it. */
export async function readRedemptionItem(
  database: Database,
  redemptionId: string,
): Promise<Item | undefined> {
  const { Item } = await database.client.send(
    new GetCommand({
      TableName: database.tableName('redemptions'),
      Key: { redemptionId },
      ConsistentRead: true,
    }),
  );
  return Item;
}

/**
 * Those that are there, by their ids.
 *
 * @param consistent half the cost without: where they may be a moment old
 */
export async function readRedemptions(
  database: Database,
  redemptionIds: readonly string[],
  { consistent = true } = {},
): Promise<ReadonlyMap<string, Redemption>> {
  const found = await batchGet(
    database,
    redemptionIds.map(redemptionId => ({ table: 'redemptions', key: { redemptionId } })),
    { consistent },
  );
  const redemptions = found.map(({ item }) => parseRedemption(item));
  return new Map(redemptions.map(redemption => [redemption.redemptionId, redemption]));
}

export function parseRedemption(item: Item): Redemption {
  return StoredRedemption.parse(item);
}

/** A new reservation. A name that is taken was read too early: read again. */
export function putReservation(database: Database, reserved: Reserved): Fragment {
  return {
    write: {
      Put: {
        TableName: database.tableName('redemptions'),
        Item: { ...reserved, dueShard: dueShardOf(reserved.driverId), dueAt: dueAtOf(reserved) },
        ConditionExpression: 'attribute_not_exists(redemptionId)',
      },
    },
    onConditionFailed: () => 'stale',
  };
}

/** Takes a redemption a step on. Where the state is another by now, it is to be read and judged again. */
export function endRedemption(
  database: Database,
  redemption: Redemption,
  step: Step,
  attributes: Readonly<Record<string, string>>,
  now: Instant,
): Fragment {
  return {
    write: {
      Update: {
        TableName: database.tableName('redemptions'),
        Key: { redemptionId: redemption.redemptionId },
        ...stepExpressions(step, attributes, now),
      },
    },
    onConditionFailed: () => 'stale',
  };
}

export interface Confirming {
  readonly verdict: ScanVerdict;
  /** The redemption after the scan; undefined when the code is unknown. */
  readonly redemption: Redemption | undefined;
}

/**
 * Confirms by one conditional write. DynamoDB answers with the new item or with the item that failed the condition.
 * Retries while a concurrent transaction holds the item.
 */
export async function confirmRedemption(
  database: Database,
  redemptionId: string,
  scan: Scan,
  now: Instant,
): Promise<Confirming> {
  try {
    const { Attributes = {} } = await withRetries(
      () => database.client.send(confirmation(database, redemptionId, scan, now)),
      { isRetryable: isConflict },
    );
    return { verdict: 'due', redemption: parseRedemption(Attributes) };
  } catch (error) {
    if (isConditionFailure(error)) return refusedConfirmation(error, scan, now);
    throw error;
  }
}

function confirmation(database: Database, redemptionId: string, scan: Scan, now: Instant): UpdateCommand {
  const { merchantId, requestNo, amountFen } = scan;
  const step = stepExpressions(
    steps.confirm,
    {
      merchantId,
      requestNo,
      ...(amountFen === undefined ? {} : { amountFen }),
      confirmedAt: toLocalIso(now),
      confirmedKey: merchantMonthKey(merchantId, monthOf(now)),
    },
    now,
  );
  const enoughSpent =
    amountFen === undefined
      ? 'attribute_not_exists(discount)'
      : '(attribute_not_exists(discount.minSpendFen) OR discount.minSpendFen <= :amountFen)';
  return new UpdateCommand({
    TableName: database.tableName('redemptions'),
    Key: { redemptionId },
    ...step,
    ConditionExpression: `${step.ConditionExpression} AND contains(outlets, :outlet) AND ${enoughSpent}`,
    ExpressionAttributeValues: { ...step.ExpressionAttributeValues, ':outlet': scan.outletMark },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
}

function refusedConfirmation(error: unknown, scan: Scan, now: Instant): Confirming {
  const { Item: old } = error as { Item?: Parameters<typeof unmarshall>[0] };
  const redemption = old && parseRedemption(unmarshall(old));
  const verdict = judgeScan(redemption, scan, now);
  if (verdict === 'due')
    throw new Error(`the condition refused ${redemption?.redemptionId}, which no rule does`);
  return { verdict, redemption };
}

/** A step as a write: the state it starts from and its side of the clock are the condition. */
function stepExpressions(step: Step, facts: Readonly<Record<string, string | number>>, now: Instant) {
  const conditions = {
    'before-expiry': '#state = :from AND expiresAt > :now',
    'from-expiry': '#state = :from AND expiresAt <= :now',
    any: '#state = :from',
  };
  const sets = Object.keys(facts).map(name => `, ${name} = :${name}`);
  return {
    UpdateExpression: `SET #state = :to${sets.join('')} REMOVE dueShard, dueAt`,
    ConditionExpression: conditions[step.clock],
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':from': step.from,
      ':to': step.to,
      ...(step.clock === 'any' ? {} : { ':now': toLocalIso(now) }),
      ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [`:${name}`, value])),
    },
  };
}
