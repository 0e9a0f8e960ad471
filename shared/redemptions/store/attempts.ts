import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../dynamo/client.ts';
import { retry, retryOnConflict } from '../../dynamo/retry.ts';
import { isConditionFailure } from '../../dynamo/transaction.ts';
import type { Instant } from '../../kernel/time.ts';
import { guessWindowMs, judgeGuess, unknownCodesMax } from '../rules/guessing.ts';

/** An attempt fails only where another try was counted, and the limit stops those after `unknownCodesMax`. */
const attemptsMax = 2 * unknownCodesMax;

/**
 * Counts one more unknown code of a merchant, unless too many were tried lately.
 *
 * @returns when the next may be tried; undefined where this one may
 */
export async function countUnknownCode(
  database: Database,
  merchantId: string,
  now: Instant,
): Promise<Instant | undefined> {
  const attempt = async () => {
    const before = await readTries(database, merchantId);
    const verdict = judgeGuess(before ?? [], now);
    if ('notBefore' in verdict) return verdict.notBefore;
    return (await replaced(database, merchantId, before, verdict.triedAt, now)) ? undefined : retry;
  };
  return retryOnConflict(`unknown codes of ${merchantId}`, attempt, attemptsMax);
}

async function readTries(database: Database, merchantId: string): Promise<Instant[] | undefined> {
  const { Item } = await database.client.send(
    new GetCommand({
      TableName: database.tableName('attempts'),
      Key: { merchantId },
      ConsistentRead: true,
    }),
  );
  return Array.isArray(Item?.triedAt) ? Item.triedAt.map(Number) : undefined;
}

async function replaced(
  database: Database,
  merchantId: string,
  before: readonly Instant[] | undefined,
  after: readonly Instant[],
  now: Instant,
): Promise<boolean> {
  try {
    await database.client.send(
      new UpdateCommand({
        TableName: database.tableName('attempts'),
        Key: { merchantId },
        UpdateExpression: 'SET triedAt = :after, dropAt = :drop',
        ConditionExpression: before ? 'triedAt = :before' : 'attribute_not_exists(triedAt)',
        ExpressionAttributeValues: {
          ':after': after,
          ':drop': Math.ceil((now + guessWindowMs) / 1000),
          ...(before ? { ':before': before } : {}),
        },
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
