import { type Auditor, audited } from '../../audit/store/audit.ts';
import type { Database } from '../../dynamo/client.ts';
import { retry, retryOnConflict } from '../../dynamo/retry.ts';
import { transact } from '../../dynamo/transaction.ts';
import { canonical } from '../../kernel/canonical.ts';
import type { Merchant } from '../contract/merchants.ts';
import { readMerchant, replaceMerchant } from '../store/merchants.ts';

/** Registers a merchant, or replaces what is known of it, with a record of both. The same again changes nothing. */
export async function storeMerchant(
  database: Database,
  auditor: Auditor,
  merchant: Merchant,
): Promise<Merchant> {
  return retryOnConflict(`merchant ${merchant.merchantId}`, async () => {
    const before = await readMerchant(database, merchant.merchantId);
    if (before && canonical({ ...before }) === canonical({ ...merchant })) return before;
    const change = {
      action: 'merchant.store',
      subject: merchant.merchantId,
      before: facts(before),
      after: facts(merchant),
    };
    const { done } = await transact(database, [
      replaceMerchant(database, before, merchant),
      audited(database, auditor, change),
    ]);
    return done ? merchant : retry;
  });
}

/** A shop's name hangs over its door: it is nobody's secret. */
function facts(merchant: Merchant | undefined): Readonly<Record<string, unknown>> | null {
  if (!merchant) return null;
  const { merchantId: _, ...rest } = merchant;
  return rest;
}
