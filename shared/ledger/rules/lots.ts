import { addMonths, type Instant, type Month, monthOf } from '../../kernel/time.ts';

/** Points by the month in which they were earned. An empty lot is absent. */
export type Lots = Readonly<Record<Month, number>>;
/** Signed changes of lots. */
export type LotChanges = Readonly<Record<Month, number>>;

/** Points of month M expire at the first instant of month M + 13. */
export const lotLifeMonths = 13;

export function expiryMonthOf(lot: Month): Month {
  return addMonths(lot, lotLifeMonths);
}

export function isExpired(lot: Month, now: Instant): boolean {
  return monthOf(now) >= expiryMonthOf(lot);
}

/** Months of the lots, oldest (and so first to expire) first. */
export function monthsOf(lots: Lots): Month[] {
  return Object.keys(lots).sort();
}

/** The lots that can still be spent. */
export function unexpired(lots: Lots, now: Instant): Lots {
  return Object.fromEntries(Object.entries(lots).filter(([month]) => !isExpired(month, now)));
}

export function total(lots: Lots | LotChanges): number {
  return Object.values(lots).reduce((sum, points) => sum + points, 0);
}

/** Takes up to `points` from the lots in the given order. `missing` is what the lots could not cover. */
export function take(lots: Lots, order: readonly Month[], points: number): { taken: Lots; missing: number } {
  const taken: Record<Month, number> = {};
  let missing = points;
  for (const month of order) {
    const part = Math.min(lots[month] ?? 0, missing);
    if (part === 0) continue;
    taken[month] = part;
    missing -= part;
  }
  return { taken, missing };
}

export function negated(lots: Lots): LotChanges {
  return Object.fromEntries(Object.entries(lots).map(([month, points]) => [month, -points]));
}

/** Applies changes to lots. Throws if a lot would become negative, which is a bug in the rule. */
export function changed(lots: Lots, changes: LotChanges): Lots {
  const after: Record<Month, number> = { ...lots };
  for (const [month, change] of Object.entries(changes)) {
    const left = (after[month] ?? 0) + change;
    if (!Number.isSafeInteger(left) || left < 0) throw new Error(`lot ${month} would become ${left}`);
    if (left === 0) delete after[month];
    else after[month] = left;
  }
  return after;
}
