import type { Instant, Month } from '../../kernel/time.ts';
import type { Account } from './account.ts';
import { expiryOf } from './credit.ts';
import { type Draft, entryIds } from './entry.ts';
import { isExpired, monthsOf } from './lots.ts';

export interface ExpiryCommand {
  readonly kind: 'expiry';
}

/** The lots that have expired by the clock and still stand in the account. */
export function expiredLots(account: Account, now: Instant): Month[] {
  return monthsOf(account.lots).filter(lot => isExpired(lot, now));
}

/** An entry for each lot that has expired; none where nothing has. */
export function decideExpiry(account: Account, now: Instant): Draft[] {
  return expiredLots(account, now).map(lot =>
    expiryOf(entryIds.expiry(account.driverId, lot), lot, account.lots[lot] ?? 0, now),
  );
}
