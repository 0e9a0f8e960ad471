import { type Instant, minuteMs } from './time.ts';

/** Unknown codes that a merchant may try within any ten minutes. */
export const unknownCodesMax = 10;
export const guessWindowMs = 10 * minuteMs;

/**
 * Whether one more unknown code may be tried. What is refused is not counted, so that whoever waits may go on, and
 * nobody is locked out for good.
 *
 * @param triedAt instants of earlier tries; those out of the window are forgotten, as are those of a clock set back
 * @returns the tries that count from now on, this one included; or when the next may be made
 */
export function judgeGuess(
  triedAt: readonly Instant[],
  now: Instant,
): { readonly triedAt: readonly Instant[] } | { readonly notBefore: Instant } {
  const recent = triedAt.filter(at => at > now - guessWindowMs && at <= now);
  if (recent.length < unknownCodesMax) return { triedAt: [...recent, now] };
  return { notBefore: Math.min(...recent) + guessWindowMs };
}
