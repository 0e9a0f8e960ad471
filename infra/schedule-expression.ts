import { Cron } from 'croner';

const rateUnitsMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const fieldPattern = /^[A-Z0-9*,/?#-]+$/i;
/** The greatest value of each field, in AWS's order: `5/15` means from 5 on, which croner wants as a range. */
const fieldMax = [59, 23, 31, 12, 7, 2199];

/** Why the expression cannot be run here, or undefined where it can. */
export function scheduleProblem(expression: string, timeZone: string): string | undefined {
  try {
    nextRun(expression, timeZone, new Date(0));
    return undefined;
  } catch (error) {
    return `${expression} in ${timeZone}: ${error instanceof Error ? error.message : error}`;
  }
}

/**
 * The first run after the instant, or undefined where there is none. Throws where the expression is not known.
 * At a spring-forward gap croner runs at the gap's end where AWS skips; our zone, Asia/Shanghai, has none.
 */
export function nextRun(expression: string, timeZone: string, after: Date): Date | undefined {
  const [, kind, body = ''] = /^(cron|rate)\((.+)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'cron') {
    const cron = new Cron(toCroner(body), { timezone: timeZone, alternativeWeekdays: true, paused: true });
    return cron.nextRun(after) ?? undefined;
  }
  if (kind === 'rate') return nextMultiple(body, after);
  throw new Error('only cron(…) and rate(…) are run locally');
}

/** AWS: minutes hours day-of-month month day-of-week year, Sunday = 1. croner: seconds before, the rest alike. */
export function toCroner(body: string): string {
  const fields = body.trim().split(/\s+/);
  const [, , dayOfMonth, , dayOfWeek] = fields;
  if (fields.length !== 6) throw new Error('a cron expression has six fields');
  if (dayOfMonth !== '?' && dayOfWeek !== '?') throw new Error('one of the two day fields must be "?"');
  const unknown = fields.find(field => !fieldPattern.test(field));
  if (unknown !== undefined) throw new Error(`the field ${unknown} is not known`);
  const ranges = fields.map((field, index) => field.replace(/\b(\d+)\//g, `$1-${fieldMax[index]}/`));
  return ['0', ...ranges].join(' ').replaceAll('?', '*');
}

/** Multiples since 1970 and not since creation, so that a restart does not put the next run off. */
function nextMultiple(body: string, after: Date): Date {
  const [, count, unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body.trim()) ?? [];
  const unitMs = rateUnitsMs[unit];
  if (count === undefined || unitMs === undefined)
    throw new Error('a rate is a count of minutes, hours or days');
  const periodMs = Number(count) * unitMs;
  return new Date((Math.floor(after.getTime() / periodMs) + 1) * periodMs);
}
