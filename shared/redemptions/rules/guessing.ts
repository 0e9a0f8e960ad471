import { type Instant, minuteMs } from '../../kernel/time.ts';

/** Unknown codes that a merchant may try within any ten minutes. */
export const unknownCodesMax = 10;
export const guessWindowMs = 10 * minuteMs;

/**
 * Whether one more unknown code may be tried. What is refused is not counted, so that whoever waits may go on, and
 * nobody is locked out for good.
 *
 * A try may have been counted under a later instant than this one's: of tries at the same time, the last to be counted
 * is seldom the last to have looked at a clock, and clocks differ. It counts all the same. Only what lies further
 * ahead than the window comes from a clock that has been set back.
 *
 * @param triedAt instants of earlier tries; those further from `now` than the window are forgotten
 * @returns the tries that count from now on, this one included; or when the next may be made
 */
export function judgeGuess(
  triedAt: readonly Instant[],
  now: Instant,
): { readonly triedAt: readonly Instant[] } | { readonly notBefore: Instant } {
  const recent = triedAt.filter(at => Math.abs(now - at) < guessWindowMs);
  if (recent.length < unknownCodesMax) return { triedAt: [...recent, now] };
  return { notBefore: Math.min(...recent) + guessWindowMs };
}
