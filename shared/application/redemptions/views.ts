import type {
  ConfirmationView,
  RedemptionView,
  ReservationView,
  ReturnView,
} from '../../contracts/redemptions.ts';
import {
  type Confirmed,
  isConfirmed,
  type Redemption,
  type Returned,
  settlementOf,
  stateAt,
} from '../../domain/redemption.ts';
import type { Instant } from '../../domain/time.ts';
import type { Codes } from '../../store/codes.ts';

/** As it is by the clock; the code only where `codes` are given and it can still be used. */
export function reservationView(redemption: Redemption, now: Instant, codes?: Codes): ReservationView {
  const { redemptionId, rewardId, points, expiresAt, seed, codeKey } = redemption;
  const status = stateAt(redemption, now);
  const code = status === 'reserved' ? codes?.codeOf(seed, codeKey) : undefined;
  return { redemptionId, rewardId, points, status, ...(code ? { code } : {}), expiresAt };
}

export function redemptionView(redemption: Redemption, now: Instant, codes?: Codes): RedemptionView {
  const { driverId, reservedAt } = redemption;
  return { ...reservationView(redemption, now, codes), driverId, reservedAt, ...endingOf(redemption) };
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
