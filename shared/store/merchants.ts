import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { Merchant } from '../contracts/merchants.ts';
import { batchGet, type Item } from './batch.ts';
import type { Database } from './client.ts';
import { programItemsAfter, readProgramItem } from './program.ts';

const kind = 'merchant';

export async function storeMerchant(database: Database, merchant: Merchant): Promise<void> {
  await database.client.send(
    new PutCommand({
      TableName: database.tableName('program'),
      Item: { kind, id: merchant.merchantId, merchant },
    }),
  );
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
