import { instantOf, type Month, monthOf } from '../../kernel/time.ts';
import { type Account, keepsReservations } from '../../ledger/rules/account.ts';
import type { Redemption } from './redemption.ts';

/**
 * Whether these are all of a driver's redemptions that the account knows of: as many of each reward in each month. The
 * months before `from`, and those that the account keeps no more, are left out.
 *
 * @param redemptions as they stand at the account's own instant, each once, and no other driver's
 */
export function areAllReservations(
  account: Account,
  redemptions: readonly Redemption[],
  from: Month,
): boolean {
  const isCounted = (month: Month) => month >= from && keepsReservations(account.latestMonth, month);
  const missing = new Map<string, number>();
  const count = (month: Month, rewardId: string, by: number) => {
    if (isCounted(month))
      missing.set(`${month}#${rewardId}`, (missing.get(`${month}#${rewardId}`) ?? 0) + by);
  };
  for (const [month, byReward] of Object.entries(account.reservations)) {
    for (const [rewardId, reserved] of Object.entries(byReward)) count(month, rewardId, reserved);
  }
  for (const { state, reservedAt, rewardId } of redemptions) {
    // What was given up or has run out counts no more; what was returned does.
    if (state === 'cancelled' || state === 'expired') continue;
    count(monthOf(instantOf(reservedAt)), rewardId, -1);
  }
  return [...missing.values()].every(number => number === 0);
}
