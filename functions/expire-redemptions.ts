import { overdueHolds } from '../shared/redemptions/store/due-holds.ts';
import { expireRedemption } from '../shared/redemptions/use-cases/expire.ts';
import { now } from '../shared/runtime/clock.ts';
import { sweep } from '../shared/runtime/sweep.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

/** Gives overdue holds back. By the clock they have expired already; this writes it down. */
export const handler = sweep({
  overdue: () => overdueHolds(database, now()),
  settle: async ({ redemptionId }) => ((await expireRedemption({ database, now }, redemptionId)) ? 1 : 0),
  metric: 'RedemptionsExpired',
  failure: 'a redemption could not expire',
  idsOf: ({ redemptionId }) => ({ redemptionId }),
  failures: redemptions => `${redemptions} redemptions could not expire`,
});
