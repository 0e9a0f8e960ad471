import middy from '@middy/core';
import { count, log, observed } from './observe.ts';

/** What is left of a run when nothing more is begun: the next run goes on. */
const reserveMs = 10_000;

/** What has happened by the clock already, and is now to be written down. */
export interface Sweep<T> {
  readonly overdue: () => AsyncIterable<T>;
  /** Writes one down. @returns how much that was, for the metric; 0 where somebody else was quicker */
  readonly settle: (one: T) => Promise<number>;
  readonly metric: string;
  /** Of one that fails, for the log. */
  readonly failure: string;
  readonly idsOf: (one: T) => Readonly<Record<string, string>>;
  /** Of all that failed, once the others are done. */
  readonly failures: (failed: number) => string;
}

/** A function that works through what is overdue. One that fails holds nobody up; the failure is told in the end. */
export function sweep<T>({ overdue, settle, metric, failure, idsOf, failures }: Sweep<T>) {
  return middy<unknown, void>()
    .use(observed())
    .handler(async (_, { getRemainingTimeInMillis }) => {
      let settled = 0;
      let failed = 0;
      for await (const one of overdue()) {
        if (getRemainingTimeInMillis() < reserveMs) break;
        try {
          settled += await settle(one);
        } catch (error) {
          failed += 1;
          log.error(failure, { ...idsOf(one), error: error as Error });
        }
      }
      count(metric, settled);
      if (failed > 0) throw new Error(failures(failed));
    });
}
