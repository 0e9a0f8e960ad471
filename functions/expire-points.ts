import { addMonths, monthOf } from '../shared/kernel/time.ts';
import { lotLifeMonths } from '../shared/ledger/rules/lots.ts';
import { driversWithLotsBefore } from '../shared/ledger/store/accounts.ts';
import { expirePoints } from '../shared/ledger/use-cases/expire-points.ts';
import { now } from '../shared/runtime/clock.ts';
import { sweep } from '../shared/runtime/sweep.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

/** Writes down what has expired by the clock, for those accounts alone that may hold such lots. */
export const handler = sweep({
  overdue: () => driversWithLotsBefore(database, addMonths(monthOf(now()), 1 - lotLifeMonths)),
  settle: driverId => expirePoints({ database, now }, driverId),
  metric: 'PointsExpired',
  failure: 'points could not expire',
  idsOf: driverId => ({ driverId }),
  failures: drivers => `the points of ${drivers} drivers could not expire`,
});
