import middy from '@middy/core';
import { expireRedemption } from '../shared/application/redemptions/expire.ts';
import { now } from '../shared/runtime/clock.ts';
import { count, log, observed } from '../shared/runtime/observe.ts';
import { openTables } from '../shared/runtime/wiring.ts';
import { overdueHolds } from '../shared/store/due-holds.ts';

const database = openTables();

/** What is left of a run when no further redemption is begun: the next run goes on. */
const reserveMs = 10_000;

/** Gives overdue holds back. By the clock they have expired already; this writes it down. */
export const handler = middy<unknown, void>()
  .use(observed())
  .handler(async (_, { getRemainingTimeInMillis }) => {
    let expired = 0;
    let failed = 0;
    for await (const { redemptionId } of overdueHolds(database, now())) {
      if (getRemainingTimeInMillis() < reserveMs) break;
      try {
        if (await expireRedemption({ database, now }, redemptionId)) expired += 1;
      } catch (error) {
        failed += 1;
        log.error('a redemption could not expire', { redemptionId, error: error as Error });
      }
    }
    count('RedemptionsExpired', expired);
    if (failed > 0) throw new Error(`${failed} redemptions could not expire`);
  });
