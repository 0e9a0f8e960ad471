import { resultOrRetry, retryOnConflict } from '../../dynamo/retry.ts';
import { sha256 } from '../../kernel/digest.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Instant } from '../../kernel/time.ts';
import { append } from '../../ledger/rules/chain.ts';
import { entryIds, type RefundEntry } from '../../ledger/rules/entry.ts';
import { commit, load } from '../../ledger/store/ledger.ts';
import type { LedgerPorts } from '../../ledger/use-cases/ports.ts';
import type { Redemption, Step } from '../rules/redemption.ts';
import { decideRefund } from '../rules/refund.ts';
import { endRedemption, readRedemption } from '../store/redemptions.ts';
import { giveBackToStock } from '../store/stock.ts';

/** One way for a redemption to end with its points given back: cancelled, expired or returned. */
export interface Ending<R extends Refusal> {
  readonly cause: RefundEntry['cause'];
  readonly step: Step;
  readonly judge: (redemption: Redemption, now: Instant) => 'due' | 'repeat' | R;
  /** Attributes that the redemption gains. */
  readonly attributes: (now: Instant) => Readonly<Record<string, string>>;
  /** The merchant's reason for a return. */
  readonly reason?: string;
}

const notFound: Refusal<'not-found'> = { refusal: 'not-found' };

/** Gives points and stock back and ends the redemption, in one transaction. A repeat changes nothing. */
export async function refund<R extends Refusal = never>(
  { database, now }: LedgerPorts,
  redemptionId: string,
  { cause, step, judge, attributes, reason }: Ending<R>,
): Promise<Redemption | R | Refusal<'not-found'>> {
  const found = await readRedemption(database, redemptionId);
  if (!found) return notFound;
  const refused = await retryOnConflict<R | null>(`account ${found.driverId}`, async () => {
    const instant = now();
    const { record } = await load(database, found.driverId, [entryIds.refund(redemptionId)]);
    const redemption = (await readRedemption(database, redemptionId)) ?? found;
    const verdict = judge(redemption, instant);
    if (verdict === 'repeat') return null;
    if (verdict !== 'due') return verdict;
    const drafts = decideRefund(record.account, { redemption, cause, reason }, instant);
    const outcome = await commit(database, {
      before: record,
      appended: append(record.account, drafts, instant, sha256),
      extraWrites: [
        endRedemption(database, redemption, step, attributes(instant), instant),
        ...(redemption.stockTracked ? [giveBackToStock(database, redemption.rewardId)] : []),
      ],
    });
    return resultOrRetry(outcome, null);
  });
  return refused ?? (await readRedemption(database, redemptionId)) ?? notFound;
}
