import middy from '@middy/core';
import { expirePoints } from '../shared/application/redemptions/expire-points.ts';
import { lotLifeMonths } from '../shared/domain/lots.ts';
import { addMonths, monthOf } from '../shared/domain/time.ts';
import { now } from '../shared/runtime/clock.ts';
import { count, log, observed } from '../shared/runtime/observe.ts';
import { openTables } from '../shared/runtime/wiring.ts';
import { driversWithLotsBefore } from '../shared/store/accounts.ts';

const database = openTables();

/** What is left of a run when no further account is begun: the next run goes on. */
const reserveMs = 10_000;

/** Writes down what has expired by the clock, for those accounts alone that may hold such lots. */
export const handler = middy<unknown, void>()
  .use(observed())
  .handler(async (_, { getRemainingTimeInMillis }) => {
    let points = 0;
    let failed = 0;
    const oldestAlive = addMonths(monthOf(now()), 1 - lotLifeMonths);
    for await (const driverId of driversWithLotsBefore(database, oldestAlive)) {
      if (getRemainingTimeInMillis() < reserveMs) break;
      try {
        points += await expirePoints({ database, now }, driverId);
      } catch (error) {
        failed += 1;
        log.error('points could not expire', { driverId, error: error as Error });
      }
    }
    count('PointsExpired', points);
    if (failed > 0) throw new Error(`the points of ${failed} drivers could not expire`);
  });
