import { type Instant, instantOf, monthOf, toLocalIso } from '../../kernel/time.ts';
import type { Account } from '../../ledger/rules/account.ts';
import { credited } from '../../ledger/rules/credit.ts';
import { type Draft, entryIds, type RefundEntry } from '../../ledger/rules/entry.ts';
import type { Redemption } from './redemption.ts';

export interface RefundCommand {
  readonly redemption: Redemption;
  readonly cause: RefundEntry['cause'];
  /** The merchant's reason for a return. */
  readonly reason?: string | undefined;
}

/**
 * Gives a redemption's points back to the lots that they came from, with their old expiry; what has expired since
 * expires in the same step. Of one redemption there is one refund at most, whatever its cause: it has one name.
 */
export function decideRefund(account: Account, command: RefundCommand, now: Instant): Draft[] {
  const { redemption, cause, reason = cause } = command;
  const { redemptionId, rewardId, points, lots, reservedAt } = redemption;
  const refund: Draft<RefundEntry> = {
    kind: 'refund',
    entryId: entryIds.refund(redemptionId),
    redemptionId,
    rewardId,
    cause,
    reservedMonth: monthOf(instantOf(reservedAt)),
    points,
    minutes: 0,
    lots,
    debt: 0,
    counterparty: `reward#${rewardId}`,
    reason,
    occurredAt: toLocalIso(now),
  };
  return credited(account, refund, now);
}
