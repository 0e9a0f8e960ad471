import { afterAll, beforeAll, expect, it } from 'vitest';
import { nextRun, scheduleProblem } from '../../infra/schedule-expression.ts';
import { type FixturePlatform, startFixture } from './fixture/platform.ts';

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixture();
});
afterAll(() => platform.close());

const setClock = (now: unknown) => platform.call('PUT', '/_local/clock', { now });
const functionClock = async () => (await platform.call('POST', '/now')).body as Record<string, unknown>;
const runs = async () => {
  const { body } = await platform.call('GET', '/_local/metrics');
  const { functions } = body as { functions: Record<string, { invocations: number }> };
  return functions['Fixture-Scheduled']?.invocations ?? 0;
};

it('gives all functions the clock that was set, and the clock keeps running', async () => {
  const newTime = Date.parse('2026-04-02T12:00:00+08:00');
  expect((await setClock('2026-04-02T12:00:00+08:00')).status).toBe(200);
  const first = await functionClock();
  const second = await functionClock();
  expect(first.now).toBeGreaterThanOrEqual(newTime);
  expect(first.now).toBeLessThan(newTime + 60_000);
  expect(second.now).toBeGreaterThanOrEqual(Number(first.now));
  expect(Date.parse(String(first.made))).toBeGreaterThanOrEqual(newTime);
  expect(first.text).toContain('Apr 02 2026');
  expect(first).toMatchObject({ fixed: Date.parse('2026-01-01T00:00:00Z'), isDate: true });
  // Functions run in UTC, whatever the time zone of the machine.
  expect(first.hour).toBe('2026-01-01T05:00:00.000Z');
});

it('can be set to the past, and back to real time', async () => {
  await setClock('2020-01-01T00:00:00Z');
  expect((await functionClock()).made).toMatch(/^2020-01-01T/);
  await setClock(null);
  expect(Math.abs(Number((await functionClock()).now) - Date.now())).toBeLessThan(60_000);
});

const invalidTimes = ['tomorrow', 5, {}, '2026-04-02T12:00:00', '2026-13-02T12:00:00Z', undefined];
const timesOutOfRange = ['2099-12-31T16:00:00Z', '1999-12-31T15:59:59Z'];
it.each([...invalidTimes, ...timesOutOfRange].map(now => [now]))('refuses %j as a time', async now => {
  const { status, body } = await setClock(now);
  expect(status).toBe(422);
  expect(body).toMatchObject({ code: 'invalid', type: 'urn:nuanxin:problem:invalid' });
});

it('runs a schedule by the clock that was set, and skips the runs that a clock change jumps over', async () => {
  const before = await runs();
  await setClock('2026-01-01T00:00:00+08:00');
  await setClock('2026-06-20T00:00:00+08:00'); // jumps over five scheduled runs
  expect(await runs()).toBe(before);
  await setClock('2026-07-03T01:59:59.500+08:00');
  await expect.poll(runs, { timeout: 20_000 }).toBe(before + 1);
  await setClock(null);
});

it('runs a schedule on request and returns its result or error', async () => {
  const good = await platform.call('POST', '/_local/schedules/monthly');
  expect(good).toMatchObject({ status: 200, body: { schedule: 'monthly', result: { ran: 'monthly' } } });
  const broken = await platform.call('POST', '/_local/schedules/broken');
  expect(broken).toMatchObject({ status: 503, body: { code: 'try-again' } });
  expect(JSON.stringify(broken.body)).toContain('RangeError: nothing to do today');
  expect(await platform.call('POST', '/_local/schedules/weekly')).toMatchObject({
    status: 404,
    body: { code: 'not-found' },
  });
});

it('sums the metrics that functions print', async () => {
  await platform.call('POST', '/_local/schedules/monthly');
  const { body } = await platform.call('GET', '/_local/metrics');
  const { functions, metrics } = body as {
    functions: Record<string, { invocations: number }>;
    metrics: object[];
  };
  const good = (functions['Fixture-Scheduled']?.invocations ?? 0) - 1; // all invocations but the failed one printed metrics
  expect(metrics).toEqual([
    {
      function: 'Fixture-Scheduled',
      namespace: 'Fixture',
      metric: 'Runs',
      dimensions: { service: 'fixture' },
      unit: 'Count',
      sum: 2 * good,
      count: good,
    },
  ]);
});

const shanghai = (expression: string, after: string) =>
  nextRun(expression, 'Asia/Shanghai', new Date(after))?.toISOString();

it.each([
  // The 3rd at 02:00 in Shanghai is the 2nd at 18:00 in UTC.
  ['cron(0 2 3 * ? *)', '2026-04-02T17:59:59Z', '2026-04-02T18:00:00.000Z'],
  ['cron(0 2 3 * ? *)', '2026-04-02T18:00:00Z', '2026-05-02T18:00:00.000Z'],
  // Day of week 1 is Sunday: 2026-04-05.
  ['cron(30 9 ? * 1 *)', '2026-04-01T00:00:00Z', '2026-04-05T01:30:00.000Z'],
  ['cron(30 9 ? * SUN *)', '2026-04-01T00:00:00Z', '2026-04-05T01:30:00.000Z'],
  ['cron(0/15 * * * ? *)', '2026-04-01T00:01:00Z', '2026-04-01T00:15:00.000Z'],
  ['cron(0 0 L * ? *)', '2026-04-01T00:00:00Z', '2026-04-29T16:00:00.000Z'],
  ['cron(5/15 * * * ? *)', '2026-04-01T00:51:00Z', '2026-04-01T01:05:00.000Z'],
  // 15 August is a Saturday; W takes the nearest weekday.
  ['cron(0 2 15W * ? *)', '2026-08-01T00:00:00Z', '2026-08-13T18:00:00.000Z'],
  ['rate(1 minute)', '2026-04-01T00:00:30Z', '2026-04-01T00:01:00.000Z'],
  ['rate(12 hours)', '2026-04-01T00:00:00Z', '2026-04-01T12:00:00.000Z'],
])('runs %s after %s at %s', (expression, after, next) => {
  expect(shanghai(expression, after)).toBe(next);
});

it.each([
  'cron(0 2 3 * *)',
  'cron(0 2 3 * 1 *)',
  'cron(0 2 * * * *)',
  'cron(0 25 3 * ? *)',
  'rate(0 minutes)',
  'rate(1 fortnight)',
  'at(2026-01-01T00:00:00)',
  'whenever',
])('rejects the schedule expression %s', expression => {
  expect(scheduleProblem(expression, 'Asia/Shanghai')).toEqual(expect.any(String));
});
