import type { Database } from '../../dynamo/client.ts';
import { queryPages } from '../../dynamo/query.ts';
import type { Month } from '../../kernel/time.ts';
import type { Redemption } from '../../redemptions/rules/redemption.ts';
import { merchantMonthKey, readRedemptions } from '../../redemptions/store/redemptions.ts';

/** The two indexes that a merchant's month stands in; and the attributes that they go by. */
const indexes = {
  confirmations: { partition: 'confirmedKey', sort: 'confirmedAt' },
  returns: { partition: 'returnedKey', sort: 'returnedAt' },
} as const;

export type StatementIndex = keyof typeof indexes;

/** Which redemption a line is of, and when that happened. */
export interface LineKey {
  readonly redemptionId: string;
  readonly at: string;
}

/**
 * What a merchant confirmed, or what was returned to it, in one month: by time, page by page to the end of the index.
 *
 * @param since leaves out what was before that time
 * @param pageMax where no more will be needed
 */
export async function* lineKeys(
  database: Database,
  merchantId: string,
  month: Month,
  which: StatementIndex,
  { since, pageMax }: { readonly since?: string | undefined; readonly pageMax?: number } = {},
): AsyncGenerator<LineKey[]> {
  const { partition, sort } = indexes[which];
  const pages = queryPages(database, 'redemptions', {
    IndexName: which,
    KeyConditionExpression: since === undefined ? '#key = :key' : '#key = :key AND #at >= :since',
    ExpressionAttributeNames: { '#key': partition, ...(since === undefined ? {} : { '#at': sort }) },
    ExpressionAttributeValues: {
      ':key': merchantMonthKey(merchantId, month),
      ...(since === undefined ? {} : { ':since': since }),
    },
    ...(pageMax === undefined ? {} : { Limit: pageMax }),
  });
  for await (const { items } of pages)
    yield items.map(item => ({ redemptionId: String(item.redemptionId), at: String(item[sort]) }));
}

/** The redemptions that these lines are of. */
export async function redemptionsOf(database: Database, keys: readonly LineKey[]): Promise<Redemption[]> {
  const ids = keys.map(({ redemptionId }) => redemptionId);
  return [...(await readRedemptions(database, ids)).values()];
}
