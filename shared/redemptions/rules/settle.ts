import type { Instant } from '../../kernel/time.ts';
import { type Account, available } from '../../ledger/rules/account.ts';
import { append } from '../../ledger/rules/chain.ts';
import { decideExpiry } from '../../ledger/rules/expiry.ts';
import { type Lots, unexpired } from '../../ledger/rules/lots.ts';
import { isOverdue, type Redemption, stateAt } from './redemption.ts';
import { decideRefund } from './refund.ts';

/** A driver's points as they are at an instant, whatever the sweeps have got to. */
export interface Holdings {
  readonly available: number;
  /** Held for rewards that are not handed over yet. */
  readonly reserved: number;
  readonly spent: number;
  readonly expired: number;
  /** What is left of each month's points. */
  readonly lots: Lots;
}

/**
 * Does in thought what the clock has decided already: overdue holds go back, and expired lots go.
 *
 * @param holds the driver's redemptions that may still be reserved; those that are not any more change nothing
 */
export function holdingsAt(account: Account, holds: readonly Redemption[], now: Instant): Holdings {
  const settled = holds
    .filter(hold => isOverdue(hold, now))
    .sort((a, b) => (a.expiresAt < b.expiresAt ? -1 : 1))
    .reduce(
      (before, redemption) => after(before, decideRefund(before, { redemption, cause: 'expired' }, now), now),
      account,
    );
  const { redeemed, expired, lots } = after(settled, decideExpiry(settled, now), now);
  const reserved = holds
    .filter(hold => stateAt(hold, now) === 'reserved')
    .reduce((sum, { points }) => sum + points, 0);
  return {
    available: available(settled, now),
    reserved,
    spent: redeemed - reserved,
    expired,
    lots: unexpired(lots, now),
  };
}

/** The account after entries that nobody writes; so they need no hash. */
function after(account: Account, drafts: Parameters<typeof append>[1], now: Instant): Account {
  return append(account, drafts, now, () => '').account;
}
