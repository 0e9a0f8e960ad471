import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Redemption } from '../domain/redemption.ts';
import type { Month } from '../domain/time.ts';
import type { Database } from './client.ts';
import { merchantMonthKey, readRedemptions } from './redemptions.ts';

/** All that a merchant confirmed, or all that was returned to it, in one month: the index to its end. */
export async function redemptionsOfMonth(
  database: Database,
  merchantId: string,
  month: Month,
  which: 'confirmations' | 'returns',
): Promise<Redemption[]> {
  const ids: string[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const answer = await database.client.send(
      new QueryCommand({
        TableName: database.tableName('redemptions'),
        IndexName: which,
        KeyConditionExpression: '#key = :key',
        ExpressionAttributeNames: { '#key': which === 'confirmations' ? 'confirmedKey' : 'returnedKey' },
        ExpressionAttributeValues: { ':key': merchantMonthKey(merchantId, month) },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    ids.push(...(answer.Items ?? []).map(({ redemptionId }) => String(redemptionId)));
    start = answer.LastEvaluatedKey;
  } while (start);
  return [...(await readRedemptions(database, ids)).values()];
}
