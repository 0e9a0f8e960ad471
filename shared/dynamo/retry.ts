import type { Outcome } from './transaction.ts';

/** An attempt returns this to be repeated. It has written nothing, or only what is idempotent. */
export const retry = Symbol('retry');

/** Other writers won every attempt. Nothing was written. */
export class ContentionError extends Error {
  constructor(what: string, attemptsMax: number) {
    super(`${what} changed during each of ${attemptsMax} attempts`);
    this.name = 'ContentionError';
  }
}

export interface RetryOptions<T> {
  readonly attemptsMax?: number;
  /** The pause before the attempt with this number (2, 3, …); a full-jitter backoff by default. */
  readonly pauseMsBefore?: (attempt: number) => number;
  /** Errors after which the attempt is repeated. Any other error, and the last one, is thrown. */
  readonly isRetryable?: (error: unknown) => boolean;
  /** Returns or throws what the caller gets when the last attempt has returned `retry`. */
  readonly onExhausted?: (attemptsMax: number) => T;
}

const attemptsMaxDefault = 8;

/** Repeats an attempt that returns `retry` or fails with a retryable error, with a pause before each repetition. */
export async function withRetries<T>(
  attempt: () => Promise<T | typeof retry>,
  {
    attemptsMax = attemptsMaxDefault,
    pauseMsBefore = jitteredMs,
    isRetryable = () => false,
    onExhausted = failExhausted,
  }: RetryOptions<T> = {},
): Promise<T> {
  for (let number = 1; number <= attemptsMax; number += 1) {
    if (number > 1) await pauseMs(pauseMsBefore(number));
    try {
      const result = await attempt();
      if (result !== retry) return result;
    } catch (error) {
      if (number === attemptsMax || !isRetryable(error)) throw error;
    }
  }
  return onExhausted(attemptsMax);
}

function failExhausted(attemptsMax: number): never {
  throw new Error(`none of ${attemptsMax} attempts succeeded`);
}

const conflictAttemptsMax = 10;

/**
 * Runs an optimistic read-decide-write cycle. An attempt returns `retry` when its write was refused because what it
 * had read is stale; the next attempt reads and decides again.
 *
 * @param what names the contended item in the `ContentionError` that ends the last attempt
 */
export function retryOnConflict<T>(
  what: string,
  attempt: () => Promise<T | typeof retry>,
  attemptsMax = conflictAttemptsMax,
): Promise<T> {
  return withRetries<T>(attempt, {
    attemptsMax,
    onExhausted: () => {
      throw new ContentionError(what, attemptsMax);
    },
  });
}

/** Maps a transaction's outcome to the result of the attempt, a retry, or the refusal of a condition. */
export function resultOrRetry<T, R>(outcome: Outcome<R>, result: T): T | R | typeof retry {
  if (outcome.done) return result;
  return outcome.failure === 'stale' ? retry : (outcome.failure as R);
}

const pauseBaseMs = 10;
const pauseMaxMs = 1000;

/** Full jitter: writers that conflict once do not all return at the same instant. */
function jitteredMs(attempt: number): number {
  return Math.random() * Math.min(pauseMaxMs, pauseBaseMs * 2 ** attempt);
}

export function pauseMs(durationMs: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, durationMs));
}
