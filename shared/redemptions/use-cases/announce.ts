import { type Announcement, announcement } from '../../ledger/use-cases/announce.ts';
import { isConfirmed, type Redemption, settlementOf } from '../rules/redemption.ts';

/** What a redemption's new state tells the world; undefined where the state is the same. */
export function redemptionAnnouncement(
  before: Redemption | undefined,
  after: Redemption,
): Announcement | undefined {
  if (before?.state === after.state) return undefined;
  const { redemptionId, driverId, rewardId, points, expiresAt } = after;
  const [type, time] = stepOf(after);
  const settled = isConfirmed(after) ? { merchantId: after.merchantId, ...settlementOf(after) } : {};
  const data = { redemptionId, driverId, rewardId, points, expiresAt, ...settled };
  return announcement(type, `redemption#${redemptionId}#${after.state}`, time, data);
}

function stepOf(redemption: Redemption): [type: string, time: string] {
  switch (redemption.state) {
    case 'reserved':
      return ['RedemptionReserved', redemption.reservedAt];
    case 'confirmed':
      return ['RedemptionConfirmed', redemption.confirmedAt];
    case 'cancelled':
      return ['RedemptionCancelled', redemption.cancelledAt];
    case 'expired':
      return ['RedemptionExpired', redemption.expiredAt];
    case 'returned':
      return ['RedemptionReturned', redemption.returnedAt];
  }
}
