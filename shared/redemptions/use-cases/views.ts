import type { Instant } from '../../kernel/time.ts';
import type {
  ConfirmationView,
  RedemptionView,
  ReservationView,
  ReturnView,
} from '../contract/redemptions.ts';
import {
  type Confirmed,
  isConfirmed,
  type Redemption,
  type Returned,
  settlementOf,
  stateAt,
} from '../rules/redemption.ts';
import type { Codes } from '../store/codes.ts';

/** What a reservation answers, at first and to every repeat: what became of it since, `redemptionView` tells. */
export function reservationView(redemption: Redemption, codes: Codes): ReservationView {
  const { redemptionId, rewardId, points, seed, codeKey, expiresAt } = redemption;
  const code = codes.codeOf(seed, codeKey);
  if (code === undefined) throw new Error(`${redemptionId} was found under a key that is not there`);
  return { redemptionId, rewardId, points, status: 'reserved', code, expiresAt };
}

/** As it is by the clock; the code only where `codes` are given and it can still be used. */
export function redemptionView(redemption: Redemption, now: Instant, codes?: Codes): RedemptionView {
  const { redemptionId, rewardId, points, seed, codeKey, driverId, reservedAt, expiresAt } = redemption;
  const status = stateAt(redemption, now);
  const code = status === 'reserved' ? codes?.codeOf(seed, codeKey) : undefined;
  const common = { redemptionId, rewardId, points, status, ...(code ? { code } : {}), expiresAt };
  return { ...common, driverId, reservedAt, ...endingOf(redemption) };
}

function endingOf(redemption: Redemption): Partial<RedemptionView> {
  if (redemption.state === 'cancelled') return { cancelledAt: redemption.cancelledAt };
  if (!isConfirmed(redemption)) return {};
  const { merchantId, confirmedAt } = redemption;
  const returned = redemption.state === 'returned' ? { returnedAt: redemption.returnedAt } : {};
  return { merchantId, confirmedAt, ...settlementOf(redemption), ...returned };
}

export function confirmationView(redemption: Confirmed | Returned): ConfirmationView {
  const { redemptionId, rewardId, confirmedAt } = redemption;
  return { redemptionId, rewardId, status: 'confirmed', ...settlementOf(redemption), confirmedAt };
}

export function returnView(redemption: Returned): ReturnView {
  return { ...confirmationView(redemption), status: 'returned', returnedAt: redemption.returnedAt };
}
