import { Cron } from 'croner';

const rateUnitsMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const fieldPattern = /^[A-Z0-9*,/?#-]+$/i;
/** The largest value of each field, in AWS's order. AWS's `5/15` means from 5 on; croner needs the range. */
const fieldMax = [59, 23, 31, 12, 7, 2199];

/** @returns why the expression is not supported, or undefined when it is */
export function scheduleProblem(expression: string, timeZone: string): string | undefined {
  try {
    nextRun(expression, timeZone, new Date(0));
    return undefined;
  } catch (error) {
    return `${expression} in ${timeZone}: ${error instanceof Error ? error.message : error}`;
  }
}

/**
 * Computes the first run after an instant; undefined when there is none. Throws on an unsupported expression.
 * At a spring-forward gap croner runs at the end of the gap, and AWS skips the run. Asia/Shanghai has no such
 * gap.
 */
export function nextRun(expression: string, timeZone: string, after: Date): Date | undefined {
  const [, kind, body = ''] = /^(cron|rate)\((.+)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'cron') {
    const cron = new Cron(toCroner(body), { timezone: timeZone, alternativeWeekdays: true, paused: true });
    return cron.nextRun(after) ?? undefined;
  }
  if (kind === 'rate') return nextMultiple(body, after);
  throw new Error('only cron(…) and rate(…) are supported');
}

/**
 * AWS: minutes hours day-of-month month day-of-week year, with Sunday = 1. croner: the same after seconds.
 */
export function toCroner(body: string): string {
  const fields = body.trim().split(/\s+/);
  const [, , dayOfMonth, , dayOfWeek] = fields;
  if (fields.length !== 6) throw new Error('a cron expression must have six fields');
  if (dayOfMonth !== '?' && dayOfWeek !== '?') throw new Error('one of the two day fields must be "?"');
  const unknown = fields.find(field => !fieldPattern.test(field));
  if (unknown !== undefined) throw new Error(`the field ${unknown} is not supported`);
  const ranges = fields.map((field, index) => field.replace(/\b(\d+)\//g, `$1-${fieldMax[index]}/`));
  return ['0', ...ranges].join(' ').replaceAll('?', '*');
}

/**
 * Counts the period from 1970 and not from the start of the process, so that a restart does not delay the
 * next run.
 */
function nextMultiple(body: string, after: Date): Date {
  const [, count, unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body.trim()) ?? [];
  const unitMs = rateUnitsMs[unit];
  if (count === undefined || unitMs === undefined)
    throw new Error('a rate must be a count of minutes, hours or days');
  const periodMs = Number(count) * unitMs;
  return new Date((Math.floor(after.getTime() / periodMs) + 1) * periodMs);
}
