import type { Database } from '../../dynamo/client.ts';
import { resultOrRetry, retryOnConflict } from '../../dynamo/retry.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import type { Instant, Month } from '../../kernel/time.ts';
import type { Appended } from '../rules/chain.ts';
import { commit, type Loaded, load } from '../store/ledger.ts';

/** What a decision asks to be written, or that nothing is to be. */
export type Plan<R> =
  | { readonly kind: 'nothing'; readonly result: R }
  | {
      readonly kind: 'write';
      readonly appended: Appended;
      readonly openMonths?: readonly Month[];
      readonly besides?: readonly Fragment<R>[];
      /** What to answer once it is written. */
      readonly result: R;
    };

export interface Attempt<R> {
  readonly driverId: string;
  /** Names that the decision wants to know of. */
  readonly entryIds: readonly string[];
  /** Months whose state it wants to know; asked anew at each attempt, for the clock goes on. */
  readonly months?: (now: Instant) => readonly Month[];
  readonly plan: (loaded: Loaded, now: Instant) => Plan<R> | Promise<Plan<R>>;
}

/** Load, decide, commit: all changes of points take this way. */
export async function changeAccount<R>(
  database: Database,
  now: () => Instant,
  attempt: Attempt<R>,
): Promise<R> {
  return retryOnConflict(`account ${attempt.driverId}`, async () => {
    const instant = now();
    const loaded = await load(database, attempt.driverId, attempt.entryIds, attempt.months?.(instant));
    const plan = await attempt.plan(loaded, instant);
    if (plan.kind === 'nothing') return plan.result;
    const outcome = await commit<R>(database, {
      before: loaded.record,
      after: plan.appended.account,
      entries: plan.appended.entries,
      openMonths: plan.openMonths ?? [],
      besides: plan.besides ?? [],
    });
    return resultOrRetry(outcome, plan.result);
  });
}
