import middy from '@middy/core';
import { isRefusal } from '../shared/kernel/refusal.ts';
import { addMonths, monthOf } from '../shared/kernel/time.ts';
import { closeMonth } from '../shared/ranking/use-cases/manage.ts';
import { eventsPending } from '../shared/runtime/award-queue.ts';
import { now } from '../shared/runtime/clock.ts';
import { count, log, observed } from '../shared/runtime/observe.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

/**
 * Closes the month before. Runs each hour from the 3rd at 02:00 on: where events are pending the next run tries
 * again, and where the month is closed there is nothing to do.
 */
export const handler = middy<unknown, void>()
  .use(observed())
  .handler(async () => {
    const month = addMonths(monthOf(now()), -1);
    const outcome = await closeMonth({ database, now, eventsPending }, month, 'close-month', false);
    if (!isRefusal(outcome)) return;
    const { refusal, ...facts } = outcome;
    log.warn('the month is not closed yet', { refusal, ...facts });
    count('MonthClosingDelayed');
  });
