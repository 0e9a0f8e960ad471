import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Instant, minuteMs } from '../domain/time.ts';
import type { Database } from './client.ts';
import { isConditionFailure } from './transaction.ts';

const windowMs = 10 * minuteMs;

/** Unknown codes that a merchant has tried in the current window. */
export interface Tries {
  readonly count: number;
  readonly windowEndsAt: Instant;
}

type Change = Pick<
  UpdateCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'
>;

/** Counts one more unknown code; the first after a window's end begins the next, so that everything is forgotten. */
export async function countUnknownCode(database: Database, merchantId: string, now: Instant): Promise<Tries> {
  for (;;) {
    const tries =
      (await changed(database, merchantId, oneMore(now))) ??
      (await changed(database, merchantId, firstOf(now)));
    if (tries) return tries;
  }
}

/** A window that ends later than one begun now would was begun by a clock that has been set back since. */
function oneMore(now: Instant): Change {
  return {
    UpdateExpression: 'SET tries = tries + :one',
    ConditionExpression: 'windowEndsAt > :now AND windowEndsAt <= :ends',
    ExpressionAttributeValues: { ':one': 1, ':now': now, ':ends': now + windowMs },
  };
}

function firstOf(now: Instant): Change {
  const ends = now + windowMs;
  return {
    UpdateExpression: 'SET tries = :one, windowEndsAt = :ends, dropAt = :drop',
    ConditionExpression: 'attribute_not_exists(windowEndsAt) OR windowEndsAt <= :now OR windowEndsAt > :ends',
    ExpressionAttributeValues: { ':one': 1, ':now': now, ':ends': ends, ':drop': Math.ceil(ends / 1000) },
  };
}

/** Undefined where the window is not such as the change wants it. */
async function changed(database: Database, merchantId: string, change: Change): Promise<Tries | undefined> {
  try {
    const { Attributes } = await database.client.send(
      new UpdateCommand({
        TableName: database.tableName('attempts'),
        Key: { merchantId },
        ...change,
        ReturnValues: 'ALL_NEW',
      }),
    );
    return { count: Number(Attributes?.tries), windowEndsAt: Number(Attributes?.windowEndsAt) };
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
}
