import type { RefundEntry } from '../../shared/ledger/rules/entry.ts';
import type { Confirmed, Redemption, Reserved, Returned } from '../../shared/redemptions/rules/redemption.ts';
import { decideRefund } from '../../shared/redemptions/rules/refund.ts';
import { decideReserve, type RewardTerms } from '../../shared/redemptions/rules/reserve.ts';
import { decided, type Step } from './given.ts';

/** A cup for 30 points, at one station and one shop. */
export function terms(changes: Partial<RewardTerms> = {}): RewardTerms {
  return {
    rewardId: 'cup',
    version: 1,
    name: '保温杯',
    kind: 'goods',
    points: 30,
    stockTracked: true,
    holdMinutes: 1440,
    outlets: ['station-east', 'shop-west'],
    ...changes,
  };
}

/** The driver reserves it, under the name `r-1` unless said. */
export function reserving(at: string, changes: Partial<RewardTerms> = {}, redemptionId = 'r-1'): Step {
  const command = { redemptionId, terms: terms(changes) };
  return decided((account, now) => decideReserve(account, command, now), at);
}

export function refunding(
  at: string,
  redemption: Redemption,
  cause: RefundEntry['cause'],
  reason?: string,
): Step {
  return decided((account, now) => decideRefund(account, { redemption, cause, reason }, now), at);
}

/** The cup, held for a day from noon of 10 March, out of points of March. */
export function reserved(changes: Partial<Reserved> = {}): Reserved {
  return {
    state: 'reserved',
    redemptionId: 'r-1',
    driverId: 'd-1',
    rewardId: 'cup',
    rewardVersion: 1,
    points: 30,
    lots: { '2026-03': 30 },
    stockTracked: true,
    outlets: ['mark-east', 'mark-west'],
    subsidyFen: 0,
    seed: 'seed',
    codeKey: '1',
    reservedAt: '2026-03-10T12:00:00.000+08:00',
    expiresAt: '2026-03-11T12:00:00.000+08:00',
    ...changes,
  };
}

/** Handed over an hour later by the station. */
export function confirmed(changes: Partial<Confirmed> = {}): Confirmed {
  return {
    ...reserved(),
    merchantId: 'station-east',
    requestNo: 'till-1',
    confirmedAt: '2026-03-10T13:00:00.000+08:00',
    ...changes,
    state: 'confirmed',
  };
}

/** Taken back a day after that. */
export function returned(changes: Partial<Returned> = {}): Returned {
  return {
    ...confirmed(),
    returnRequestNo: 'back-1',
    returnedAt: '2026-03-11T13:00:00.000+08:00',
    ...changes,
    state: 'returned',
  };
}

export function cancelled(cancelledAt = '2026-03-10T12:30:00.000+08:00'): Redemption {
  return { ...reserved(), state: 'cancelled', cancelledAt };
}

export function expired(expiredAt = '2026-03-11T12:05:00.000+08:00'): Redemption {
  return { ...reserved(), state: 'expired', expiredAt };
}
