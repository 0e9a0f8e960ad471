import { addMonths, type Instant, type Month, monthOf } from '../../kernel/time.ts';

/** Points by the month that they were earned in; a lot that is used up is absent. */
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

/** Oldest first, which is also first to expire first. */
export function monthsOf(lots: Lots): Month[] {
  return Object.keys(lots).sort();
}

/** The lots that may still be spent. */
export function unexpired(lots: Lots, now: Instant): Lots {
  return Object.fromEntries(Object.entries(lots).filter(([month]) => !isExpired(month, now)));
}

export function total(lots: Lots | LotChanges): number {
  return Object.values(lots).reduce((sum, points) => sum + points, 0);
}

/** Takes up to `points`, from the lots in the order given; what the lots do not hold is `missing`. */
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

/** The lots after the changes. A lot below zero is a bug in the rule that made the change. */
export function changed(lots: Lots, changes: LotChanges): Lots {
  const after: Record<Month, number> = { ...lots };
  for (const [month, change] of Object.entries(changes)) {
    const left = (after[month] ?? 0) + change;
    if (!Number.isSafeInteger(left) || left < 0) throw new Error(`lot ${month} would hold ${left}`);
    if (left === 0) delete after[month];
    else after[month] = left;
  }
  return after;
}
