/**
 * Days and months are those of Asia/Shanghai, which has been at +08:00 without daylight saving since
 * September 1991 (IANA tz database, `Asia/Shanghai`): plain arithmetic is exact for every date that counts here.
 */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;
/** `YYYY-MM`, local. */
export type Month = string;
/** `YYYY-MM-DD`, local. */
export type Day = string;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

const localOffsetMs = 8 * hourMs;

/** The instant as local ISO 8601 with its offset: `2026-04-02T12:00:00.000+08:00`. */
export function toLocalIso(instant: Instant): string {
  return `${new Date(instant + localOffsetMs).toISOString().slice(0, -1)}+08:00`;
}

/** The instant of an ISO 8601 text that has been validated before; anything else is a bug. */
export function instantOf(iso: string): Instant {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) throw new Error(`not a time: ${iso}`);
  return instant;
}

export function dayOf(instant: Instant): Day {
  return toLocalIso(instant).slice(0, 10);
}

export function monthOf(instant: Instant): Month {
  return toLocalIso(instant).slice(0, 7);
}

/** The first instant of the month. */
export function startOfMonth(month: Month): Instant {
  return instantOf(startOfMonthIso(month));
}

/** The first instant of the month, as people write it: `2026-04-01T00:00:00+08:00`. */
export function startOfMonthIso(month: Month): string {
  return `${month}-01T00:00:00+08:00`;
}

/** The month `count` months later, or earlier where it is negative. */
export function addMonths(month: Month, count: number): Month {
  const [year, number] = month.split('-').map(Number) as [number, number];
  const months = year * 12 + (number - 1) + count;
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}`;
}
