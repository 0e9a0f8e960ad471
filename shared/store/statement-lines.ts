import type { Redemption } from '../domain/redemption.ts';
import type { Month } from '../domain/time.ts';
import type { Database } from './client.ts';
import { queryAll } from './query.ts';
import { merchantMonthKey, readRedemptions } from './redemptions.ts';

/** All that a merchant confirmed, or all that was returned to it, in one month: the index to its end. */
export async function redemptionsOfMonth(
  database: Database,
  merchantId: string,
  month: Month,
  which: 'confirmations' | 'returns',
): Promise<Redemption[]> {
  const keys = await queryAll(database, 'redemptions', {
    IndexName: which,
    KeyConditionExpression: '#key = :key',
    ExpressionAttributeNames: { '#key': which === 'confirmations' ? 'confirmedKey' : 'returnedKey' },
    ExpressionAttributeValues: { ':key': merchantMonthKey(merchantId, month) },
  });
  const ids = keys.map(({ redemptionId }) => String(redemptionId));
  return [...(await readRedemptions(database, ids)).values()];
}
