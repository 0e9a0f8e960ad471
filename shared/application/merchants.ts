import type { Merchant } from '../contracts/merchants.ts';
import { canonical } from '../domain/canonical.ts';
import { type Auditor, audited } from '../store/audit.ts';
import { jitteredMs, pauseMs } from '../store/batch.ts';
import type { Database } from '../store/client.ts';
import { readMerchant, replaceMerchant } from '../store/merchants.ts';
import { transact } from '../store/transaction.ts';

const attemptsMax = 10;

/** Registers a merchant, or replaces what is known of it, with a record of both. The same again changes nothing. */
export async function storeMerchant(
  database: Database,
  auditor: Auditor,
  merchant: Merchant,
): Promise<Merchant> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    if (attempt > 1) await pauseMs(jitteredMs(attempt));
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
    if (done) return merchant;
  }
  throw new Error(`merchant ${merchant.merchantId} kept changing under ${attemptsMax} attempts`);
}

/** A shop's name hangs over its door: it is nobody's secret. */
function facts(merchant: Merchant | undefined): Readonly<Record<string, unknown>> | null {
  if (!merchant) return null;
  const { merchantId: _, ...rest } = merchant;
  return rest;
}
