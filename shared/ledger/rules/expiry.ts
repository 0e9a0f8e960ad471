import type { Instant, Month } from '../../kernel/time.ts';
import type { Account } from './account.ts';
import { expiryOf } from './credit.ts';
import { type Draft, type ExpiryEntry, entryIds } from './entry.ts';
import { isExpired, monthsOf } from './lots.ts';

/** Lots in the account that have expired by the clock but have no expiry entry yet. */
export function expiredLots(account: Account, now: Instant): Month[] {
  return monthsOf(account.lots).filter(lot => isExpired(lot, now));
}

/** Returns one expiry entry for each expired lot. */
export function decideExpiry(account: Account, now: Instant): Draft<ExpiryEntry>[] {
  return expiredLots(account, now).map(lot =>
    expiryOf(entryIds.expiry(account.driverId, lot), lot, account.lots[lot] ?? 0, now),
  );
}
