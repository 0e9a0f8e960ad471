import type { Refusal } from '../../kernel/refusal.ts';
import { type Instant, monthOf, toLocalIso } from '../../kernel/time.ts';
import { type Account, available } from '../../ledger/rules/account.ts';
import { credited } from '../../ledger/rules/credit.ts';
import { type AdjustmentEntry, type Draft, entryIds } from '../../ledger/rules/entry.ts';
import { monthsOf, negated, take, unexpired } from '../../ledger/rules/lots.ts';

/** What one organizer proposes and another approves. */
export interface Adjustment {
  readonly adjustmentId: string;
  readonly driverId: string;
  /** Signed, and never 0. */
  readonly points: number;
  readonly reason: string;
}

/** No single adjustment moves more than `pointsMax`, in either direction. */
export function overLimit({ points }: Adjustment, pointsMax: number): Refusal<'over-limit'> | undefined {
  return Math.abs(points) > pointsMax ? { refusal: 'over-limit', points, limit: pointsMax } : undefined;
}

/**
 * Points by hand. What is given goes into the lot of the month in which it is given, and fills the debt first; what is
 * taken comes out of the lots oldest first, and never takes more than the driver could spend.
 */
export function decideAdjustment(
  account: Account,
  adjustment: Adjustment,
  now: Instant,
): Draft[] | Refusal<'insufficient-points'> {
  const { points } = adjustment;
  if (points > 0) return credited(account, entryOf(adjustment, { [monthOf(now)]: points }, now), now);
  const has = available(account, now);
  if (has < -points) return { refusal: 'insufficient-points', available: has, needed: -points };
  const spendable = unexpired(account.lots, now);
  const { taken } = take(spendable, monthsOf(spendable), -points);
  return [entryOf(adjustment, negated(taken), now)];
}

function entryOf(
  { adjustmentId, points, reason }: Adjustment,
  lots: AdjustmentEntry['lots'],
  now: Instant,
): Draft<AdjustmentEntry> {
  return {
    kind: 'adjustment',
    entryId: entryIds.adjustment(adjustmentId),
    points,
    minutes: 0,
    lots,
    debt: 0,
    counterparty: 'adjustment',
    reason,
    occurredAt: toLocalIso(now),
  };
}
