import { isOverdue, steps } from '../../domain/redemption.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { toLocalIso } from '../../domain/time.ts';
import { overdueHolds, overdueHoldsOf } from '../../store/due-holds.ts';
import type { RedemptionPorts } from './ports.ts';
import { type Ending, refund } from './refund.ts';

const expiry: Ending = {
  cause: 'expired',
  step: steps.expire,
  judge: (redemption, now) => (isOverdue(redemption, now) ? 'due' : 'repeat'),
  facts: (_, now) => ({ expiredAt: toLocalIso(now) }),
};

/** Writes down that a redemption has expired, if it has and nobody has before. True where it stands so now. */
export async function expireRedemption(ports: RedemptionPorts, redemptionId: string): Promise<boolean> {
  const ended = await refund(ports, redemptionId, expiry);
  return !isRefusal(ended) && ended.state === 'expired';
}

/** Settles a driver's own: the points are the driver's again before new ones are spent, the oldest first. */
export async function settleOverdueOf(ports: RedemptionPorts, driverId: string): Promise<void> {
  for (const { redemptionId } of await overdueHoldsOf(ports.database, driverId, ports.now())) {
    await expireRedemption(ports, redemptionId);
  }
}

/**
 * Settles one overdue hold of a reward, for somebody who waits for a piece. Any of them: of many who come at once,
 * each settles another.
 *
 * @param settled redemptions that were settled before, to which this one is added; the index may list them still
 * @returns false where no other is overdue
 */
export async function settleOneOverdue(
  ports: RedemptionPorts,
  rewardId: string,
  settled: Set<string>,
): Promise<boolean> {
  const waiting: string[] = [];
  for await (const hold of overdueHolds(ports.database, ports.now())) {
    if (hold.rewardId === rewardId && !settled.has(hold.redemptionId)) waiting.push(hold.redemptionId);
  }
  const redemptionId = waiting[Math.floor(Math.random() * waiting.length)];
  if (redemptionId === undefined) return false;
  settled.add(redemptionId);
  await expireRedemption(ports, redemptionId);
  return true;
}
