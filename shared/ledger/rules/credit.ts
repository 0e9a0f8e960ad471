import { type Instant, type Month, toLocalIso } from '../../kernel/time.ts';
import type { Account } from './account.ts';
import { type Draft, type ExpiryEntry, entryIds } from './entry.ts';
import { isExpired, type Lots, monthsOf } from './lots.ts';

/**
 * Splits the points of a credit entry: they pay the debt first, oldest lot first, and the rest goes into the lots.
 * Points for a lot that has expired in the meantime expire at once, with an expiry entry of their own.
 *
 * @param entry its `lots` are the points it credits, each zero or more
 */
export function credited(account: Account, entry: Draft, now: Instant): Draft[] {
  const { lots, debt } = fillingDebt(account.debt, entry.lots);
  const expired = monthsOf(lots).filter(month => isExpired(month, now));
  return [
    { ...entry, lots, debt },
    ...expired.map(month =>
      expiryOf(entryIds.lateExpiry(entry.entryId, month), month, lots[month] ?? 0, now),
    ),
  ];
}

/** An entry that expires `points` of a lot. */
export function expiryOf(entryId: string, lot: Month, points: number, now: Instant): Draft<ExpiryEntry> {
  return {
    kind: 'expiry',
    entryId,
    lot,
    points: -points,
    minutes: 0,
    lots: { [lot]: -points },
    debt: 0,
    counterparty: 'expiry',
    reason: null,
    occurredAt: toLocalIso(now),
  };
}

function fillingDebt(owed: number, brought: Lots): { lots: Lots; debt: number } {
  const lots: Record<Month, number> = {};
  let left = owed;
  for (const month of monthsOf(brought)) {
    const points = brought[month] ?? 0;
    const paid = Math.min(points, left);
    left -= paid;
    if (points > paid) lots[month] = points - paid;
  }
  return { lots, debt: left - owed };
}
