import { expirePoints } from '../shared/application/redemptions/expire-points.ts';
import { lotLifeMonths } from '../shared/domain/lots.ts';
import { addMonths, monthOf } from '../shared/domain/time.ts';
import { now } from '../shared/runtime/clock.ts';
import { sweep } from '../shared/runtime/sweep.ts';
import { openTables } from '../shared/runtime/wiring.ts';
import { driversWithLotsBefore } from '../shared/store/accounts.ts';

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
