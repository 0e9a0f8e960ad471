import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { toLocalIso } from '../../kernel/time.ts';
import { isOverdue, steps } from '../rules/redemption.ts';
import { overdueHolds, overdueHoldsOf } from '../store/due-holds.ts';
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

/**
 * Settles a driver's own: by the clock their points are the driver's again. So it comes before whatever takes points,
 * for the oldest go first, and before whatever pays a debt, for the first to come in does.
 */
export async function settleOverdueOf(ports: RedemptionPorts, driverId: string): Promise<void> {
  for (const { redemptionId } of await overdueHoldsOf(ports.database, driverId, ports.now())) {
    await expireRedemption(ports, redemptionId);
  }
}

/**
 * Does what takes pieces of a reward's stock, and where too few are there settles as many overdue holds as are missing
 * and does it again: by the clock what they hold can be had.
 *
 * @param take is refused as `out-of-stock` where the stock does not hold what it takes
 */
export async function withOverdueStock<T extends object>(
  ports: RedemptionPorts,
  rewardId: string,
  take: () => Promise<T | Refusal>,
): Promise<T | Refusal> {
  const settled = new Set<string>();
  for (;;) {
    const taken = await take();
    if (!isRefusal(taken) || taken.refusal !== 'out-of-stock') return taken;
    const missing = taken.needed - taken.available;
    if ((await settleOverdue(ports, rewardId, missing, settled)) === 0) return taken;
  }
}

/**
 * Settles up to so many overdue holds of a reward, for somebody who waits for pieces. Any of them: of many who come at
 * once, each settles others.
 *
 * @param settled redemptions that were settled before, to which these are added; the index may list them still
 * @returns how many others were overdue, of those that were wanted
 */
async function settleOverdue(
  ports: RedemptionPorts,
  rewardId: string,
  wanted: number,
  settled: Set<string>,
): Promise<number> {
  const waiting: string[] = [];
  for await (const hold of overdueHolds(ports.database, ports.now())) {
    if (hold.rewardId === rewardId && !settled.has(hold.redemptionId)) waiting.push(hold.redemptionId);
  }
  const chosen = shuffled(waiting).slice(0, wanted);
  for (const redemptionId of chosen) {
    settled.add(redemptionId);
    await expireRedemption(ports, redemptionId);
  }
  return chosen.length;
}

/** Sorted by a number drawn for each: fair, and short enough for the few hundred that there ever are. */
function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map(one => ({ one, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}
