import { jitteredMs, pauseMs } from './batch.ts';
import type { Outcome } from './transaction.ts';

/** Somebody else was quicker: nothing was written, and what was read is not so any more. */
export const again = Symbol('again');

/** Others were quicker, every time. Nothing was written. */
export class ContentionError extends Error {
  constructor(what: string, attemptsMax: number) {
    super(`${what} kept changing under ${attemptsMax} attempts`);
    this.name = 'ContentionError';
  }
}

/**
 * Reads, decides, and writes under the condition that what was read is so still. Whoever loses that race reads again
 * and decides again, on what then is, a bounded number of times.
 *
 * @param what it is that others may change meanwhile, for the error
 */
export async function untilItHolds<T>(
  what: string,
  attempt: () => Promise<T | typeof again>,
  attemptsMax = 10,
): Promise<T> {
  for (let number = 1; number <= attemptsMax; number += 1) {
    if (number > 1) await pauseMs(jitteredMs(number));
    const outcome = await attempt();
    if (outcome !== again) return outcome;
  }
  throw new ContentionError(what, attemptsMax);
}

/** What an attempt comes to whose transaction ended so: a result, `again`, or why a rule says no. */
export function attempted<T, R>(outcome: Outcome<R>, result: T): T | R | typeof again {
  if (outcome.done) return result;
  return outcome.because === 'stale' ? again : (outcome.because as R);
}
