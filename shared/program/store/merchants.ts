import { batchGet, type Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import { Merchant } from '../contract/merchants.ts';
import { programItemsAfter, readProgramItem } from './program.ts';

const kind = 'merchant';

/** Refused where it is not any more what it was when it was read. */
export function replaceMerchant(database: Database, before: Merchant | undefined, after: Merchant): Fragment {
  return {
    write: {
      Put: {
        TableName: database.tableName('program'),
        Item: { kind, id: after.merchantId, merchant: after },
        ConditionExpression: before ? 'merchant = :before' : 'attribute_not_exists(id)',
        ...(before ? { ExpressionAttributeValues: { ':before': before } } : {}),
      },
    },
    onConditionFailed: () => 'stale',
  };
}

export async function readMerchant(database: Database, merchantId: string): Promise<Merchant | undefined> {
  const item = await readProgramItem(database, kind, merchantId);
  return item && parse(item);
}

/** Merchants by merchantId, after one where it is given. */
export async function merchantsAfter(
  database: Database,
  limit: number,
  afterId?: string,
): Promise<{ merchants: Merchant[]; more: boolean }> {
  const { items, more } = await programItemsAfter(database, kind, limit, afterId);
  return { merchants: items.map(parse), more };
}

/** Of these ids, those that are nobody's. */
export async function unknownMerchants(
  database: Database,
  merchantIds: readonly string[],
): Promise<Set<string>> {
  const found = await batchGet(
    database,
    merchantIds.map(id => ({ table: 'program', key: { kind, id } })),
  );
  const known = new Set(found.map(({ item }) => String(item.id)));
  return new Set(merchantIds.filter(id => !known.has(id)));
}

function parse(item: Item): Merchant {
  return Merchant.parse(item.merchant);
}
