import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { toLocalIso } from '../../kernel/time.ts';
import type { LedgerPorts } from '../../ledger/use-cases/ports.ts';
import { isOverdue, steps } from '../rules/redemption.ts';
import { overdueHolds, overdueHoldsOf } from '../store/due-holds.ts';
import { type Ending, refund } from './refund.ts';

const expiry: Ending<never> = {
  cause: 'expired',
  step: steps.expire,
  judge: (redemption, now) => (isOverdue(redemption, now) ? 'due' : 'repeat'),
  attributes: now => ({ expiredAt: toLocalIso(now) }),
};

/** Ends a redemption whose hold is overdue, unless it has ended already. Returns whether it is expired now. */
export async function expireRedemption(ports: LedgerPorts, redemptionId: string): Promise<boolean> {
  const ended = await refund(ports, redemptionId, expiry);
  return !isRefusal(ended) && ended.state === 'expired';
}

/**
 * Settles a driver's overdue holds, whose points by the clock already belong to the driver again. Runs before any
 * step that takes points, because the oldest points go first, and before any step that pays a debt, because the first
 * points to come in pay it. Idempotent.
 */
export async function settleOverdueOf(ports: LedgerPorts, driverId: string): Promise<void> {
  for (const { redemptionId } of await overdueHoldsOf(ports.database, driverId, ports.now())) {
    await expireRedemption(ports, redemptionId);
  }
}

/**
 * Takes stock. If too few pieces are left, it settles as many overdue holds of the reward as pieces are missing and
 * tries again, because by the clock those pieces are available.
 *
 * @param take returns `out-of-stock` when the stored stock is too low
 */
export async function withOverdueStock<T extends object>(
  ports: LedgerPorts,
  rewardId: string,
  take: () => Promise<T>,
): Promise<T> {
  const settled = new Set<string>();
  for (;;) {
    const taken = await take();
    if (!isOutOfStock(taken)) return taken;
    const missing = taken.needed - taken.available;
    if ((await settleOverdue(ports, rewardId, missing, settled)) === 0) return taken;
  }
}

function isOutOfStock(taken: unknown): taken is Refusal<'out-of-stock'> {
  return isRefusal(taken) && taken.refusal === 'out-of-stock';
}

/**
 * Settles up to `wanted` overdue holds of a reward. It picks them at random, so that concurrent requests settle
 * different ones.
 *
 * @param settled redemptions settled so far, which the index may still list; this call adds its own
 * @returns how many holds it settled
 */
async function settleOverdue(
  ports: LedgerPorts,
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

/** Sorts by a random number for each item: a fair shuffle, and fast enough for a few hundred items. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map(item => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
