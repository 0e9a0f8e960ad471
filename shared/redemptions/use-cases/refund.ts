import { sha256 } from '../../kernel/digest.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import type { Instant } from '../../kernel/time.ts';
import { append } from '../../ledger/rules/chain.ts';
import { decide } from '../../ledger/rules/decide.ts';
import { entryIds, type RefundEntry } from '../../ledger/rules/entry.ts';
import { changeAccount, type Plan } from '../../ledger/use-cases/change-account.ts';
import type { Redemption, Step, Verdict } from '../rules/redemption.ts';
import { endRedemption, readRedemption } from '../store/redemptions.ts';
import { giveBackToStock } from '../store/stock.ts';
import type { RedemptionPorts } from './ports.ts';

/** One way in which a redemption ends with its points given back. */
export interface Ending {
  readonly cause: RefundEntry['cause'];
  readonly step: Step;
  readonly judge: (redemption: Redemption, now: Instant) => Verdict;
  /** What the redemption says of it from then on. */
  readonly facts: (redemption: Redemption, now: Instant) => Readonly<Record<string, string>>;
  readonly reason?: string;
}

/** Points and stock go back and the redemption moves on, all in one transaction; a repeat changes nothing. */
export async function refund(
  ports: RedemptionPorts,
  redemptionId: string,
  ending: Ending,
): Promise<Redemption | Refusal> {
  const found = await readRedemption(ports.database, redemptionId);
  if (!found) return { refusal: 'not-found' };
  const refused = await changeAccount<Refusal | null>(ports.database, ports.now, {
    driverId: found.driverId,
    entryIds: [entryIds.refund(redemptionId)],
    plan: async ({ record }, now): Promise<Plan<Refusal | null>> => {
      const redemption = (await readRedemption(ports.database, redemptionId)) ?? found;
      const verdict = ending.judge(redemption, now);
      if (verdict !== 'due') return { kind: 'nothing', result: verdict === 'repeat' ? null : verdict };
      const { cause, reason } = ending;
      const command = { kind: 'refund', redemption, cause, ...(reason ? { reason } : {}) } as const;
      const drafts = decide(record.account, command, now);
      if (isRefusal(drafts)) throw new Error(`a refund is never refused, yet ${drafts.refusal}`);
      return {
        kind: 'write',
        appended: append(record.account, drafts, now, sha256),
        besides: [
          endRedemption(ports.database, redemption, ending.step, ending.facts(redemption, now), now),
          ...(redemption.stockTracked ? [giveBackToStock(ports.database, redemption.rewardId)] : []),
        ],
        result: null,
      };
    },
  });
  return refused ?? (await readRedemption(ports.database, redemptionId)) ?? { refusal: 'not-found' };
}
