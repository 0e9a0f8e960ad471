import middy from '@middy/core';
import { pauseMs } from '../shared/dynamo/retry.ts';
import { type RunOutcome, reconcile } from '../shared/reconcile/use-cases/run.ts';
import { now } from '../shared/runtime/clock.ts';
import { count, log, observed } from '../shared/runtime/observe.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

/** What is left of an invocation when no further page is begun: a page of long histories takes seconds. */
const reserveMs = 120_000;

/** Checks all books against each other. The run of the night begins; the others go on with what it left. */
export const handler = middy<{ schedule: string }, RunOutcome>()
  .use(observed())
  .handler(async ({ schedule }, { getRemainingTimeInMillis }) => {
    const ports = {
      database,
      now,
      pauseMs,
      hasTime: () => getRemainingTimeInMillis() > reserveMs,
      onDifference: (difference: object) => {
        log.critical('the books differ', { ...difference });
        count('ReconcileDifferences');
      },
    };
    const outcome = await reconcile(ports, schedule === 'reconcile');
    log.info('reconciliation', { ...outcome });
    if (outcome.state === 'finished') count('ReconcileRunsFinished');
    return outcome;
  });
