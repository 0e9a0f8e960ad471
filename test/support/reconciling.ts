import type { Database } from '../../shared/dynamo/client.ts';
import { instantOf } from '../../shared/kernel/time.ts';
import type { ReconciliationView } from '../../shared/reconcile/contract/reconciliations.ts';
import type { Difference } from '../../shared/reconcile/rules/difference.ts';
import { type ReconcilePorts, type RunOutcome, reconcile } from '../../shared/reconcile/use-cases/run.ts';

/** Reconciles from beginning to end, without waiting between two looks. */
export async function reconciled(
  database: Database,
  at: string,
  changes: Partial<ReconcilePorts> = {},
): Promise<{ differences: Difference[]; view: ReconciliationView }> {
  const differences: Difference[] = [];
  const onDifference = (difference: Difference) => differences.push(difference);
  const outcome = await reconcile({ ...portsOf(database, at), onDifference, ...changes }, true);
  return { differences, view: finishedView(outcome) };
}

export function portsOf(database: Database, at: string): ReconcilePorts {
  return {
    database,
    now: () => instantOf(at),
    hasTime: () => true,
    pauseMs: async () => {},
    onDifference: () => {},
  };
}

export function finishedView(outcome: RunOutcome): ReconciliationView {
  if (outcome.state !== 'finished') throw new Error(`not finished, but ${outcome.state}`);
  return outcome.view;
}
