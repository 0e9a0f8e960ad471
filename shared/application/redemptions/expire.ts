import { isOverdue, steps } from '../../domain/redemption.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { toLocalIso } from '../../domain/time.ts';
import { type DueHold, overdueHolds } from '../../store/due-holds.ts';
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
 * Settles those of the overdue holds that somebody waits for.
 *
 * @returns how many are settled
 */
export async function settleOverdue(
  ports: RedemptionPorts,
  waitedFor: (hold: DueHold) => boolean,
): Promise<number> {
  let settled = 0;
  for await (const hold of overdueHolds(ports.database, ports.now())) {
    if (waitedFor(hold) && (await expireRedemption(ports, hold.redemptionId))) settled += 1;
  }
  return settled;
}
