import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { handler as Handler } from '../../../functions/manage-program.ts';
import { AwsDouble } from '../../support/aws-double.ts';
import { call, type Request } from '../../support/call.ts';
import { freshDatabase, useEnvironment } from '../../support/database.ts';
import { reference } from '../../support/reference.ts';

/** Rulebooks and rewards, as an organizer sets them up. */

const aws = new AwsDouble();
let handler: typeof Handler;

beforeAll(async () => {
  await aws.start();
  useEnvironment(await freshDatabase());
  ({ handler } = await import('../../../functions/manage-program.ts'));
});
afterAll(() => aws.stop());

const nextYear = new Date().getUTCFullYear() + 1;
const [{ version: _, ...terms } = { version: 0 }] = reference.rulebooks;
const book = { ...terms, effectiveFrom: `${nextYear}-01-01T00:00:00+08:00` } as Record<string, unknown>;
const asOrganizer = { as: 'organizer office' } as const;

const put = (version: string, body: unknown, who: Partial<Request> = asOrganizer) =>
  call(handler, { route: 'PUT /v1/rulebooks/{version}', params: { version }, body, ...who });
const get = (version: string) =>
  call(handler, { route: 'GET /v1/rulebooks/{version}', params: { version }, ...asOrganizer });
const list = (query: Record<string, string> = {}) =>
  call(handler, { route: 'GET /v1/rulebooks', query, ...asOrganizer });
const changed = (path: (string | number)[], value: unknown) => {
  const copy = structuredClone(book);
  const last = path.at(-1) ?? '';
  const place = path
    .slice(0, -1)
    .reduce<Record<string | number, unknown>>((at, part) => at[part] as never, copy);
  place[last] = value;
  return copy;
};

describe('a rulebook', () => {
  it('is refused with its faults, and is not there then', async () => {
    const faults: [(string | number)[], unknown][] = [
      [['monthlyCap'], 0],
      [['monthlyCap'], 1.5],
      [['monthlyCap'], '1200'],
      [['effectiveFrom'], '2026-13-01T00:00:00+08:00'],
      [['effectiveFrom'], '9999-12-31T23:00:00-12:00'],
      [['activities'], []],
      [['activities', 0, 'points'], -5],
      [['activities', 0, 'points'], 1e308],
      [['activities', 0, 'unit'], 'day'],
      [['activities', 0, 'dailyCap'], null],
      [['activities', 0, 'bonus'], 3],
      [['activities', 0, 'name'], '\u0000'],
      [['campaigns', 0, 'multiplierPercent'], 0],
      [['campaigns', 0, 'activities'], []],
      [['campaigns', 0, 'from'], 'soon'],
      [['surprise'], true],
    ];
    for (const [path, value] of faults) {
      const { status, body } = await put('1', changed(path, value));
      expect({ status, code: body.code, at: body.errors?.[0]?.pointer }).toEqual({
        status: 422,
        code: 'invalid',
        at: `/${path.join('/')}`,
      });
    }
    expect(await put('1', changed(['campaigns', 0, 'to'], '2020-01-01T00:00:00Z'))).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/campaigns/0/to' }] },
    });
    expect(await get('1')).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('that names a code twice, or is too large to be stored, is refused', async () => {
    const [first] = book.activities as { code: string }[];
    expect(await put('1', { ...book, activities: [first, first] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/activities' }] },
    });
    const names = Array.from({ length: 40 }, (_, n) => `${String(n).padStart(3, '0')}${'x'.repeat(120)}`);
    const campaigns = Array.from({ length: 80 }, (_, n) => ({
      id: `c-${n}`,
      name: 'x',
      from: '2027-01-01T00:00:00Z',
      to: '2027-02-01T00:00:00Z',
      multiplierPercent: 150,
      activities: names,
    }));
    expect(await put('1', { ...book, campaigns })).toMatchObject({ status: 422, body: { code: 'invalid' } });
  });

  it('takes force ten minutes ahead at the earliest, and follows on the one before', async () => {
    const soon = new Date(Date.now() + 9 * 60_000).toISOString();
    expect(await put('1', { ...book, effectiveFrom: soon })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/effectiveFrom' }] },
    });
    expect(await put('2', book)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/version' }] } });
  });

  it('is stored once: the same again is the same, another is refused', async () => {
    expect(await put('1', book)).toMatchObject({ status: 201, body: { version: 1, monthlyCap: 1200 } });
    expect(await put('1', book)).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await put('1', { ...book, effectiveFrom: `${nextYear - 1}-12-31T16:00:00Z` })).toMatchObject({
      status: 200,
    });
    expect(await put('1', { ...book, monthlyCap: 1201 })).toMatchObject({
      status: 409,
      body: { code: 'rulebook-exists', version: 1 },
    });
    expect(await get('1')).toMatchObject({ status: 200, body: { ...book, version: 1 } });
  });

  it('may repeat its version in the body, if it is equal', async () => {
    expect(await put('1', { ...book, version: 1 })).toMatchObject({ status: 200 });
    for (const version of [2, '1', null]) {
      expect(await put('1', { ...book, version })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/version' }] },
      });
    }
  });

  it.each(['0', '-1', '1.0', '01', 'one', '1e3', '9999999', ' 1'])('has no version %s', async version => {
    expect(await put(version, book)).toMatchObject({ status: 422, body: { code: 'invalid' } });
  });

  it('is the organizer’s alone', async () => {
    for (const as of ['platform rides', 'driver d-1', 'merchant shop'] as const) {
      expect(await put('1', book, { as })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    expect(await put('1', book, {})).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });
});

describe('the list of rulebooks', () => {
  it('goes by version, page by page', async () => {
    for (const version of [2, 3]) {
      const later = { ...book, effectiveFrom: `${nextYear}-0${version}-01T00:00:00+08:00` };
      expect(await put(String(version), later)).toMatchObject({ status: 201 });
    }
    const first = await list({ limit: '2' });
    expect(first.body.items.map((one: { version: number }) => one.version)).toEqual([1, 2]);
    const second = await list({ limit: '2', cursor: first.body.nextCursor });
    expect(second.body).toMatchObject({ items: [{ version: 3 }], nextCursor: null });
  });

  it.each([
    [{ limit: '0' }, '#query/limit'],
    [{ limit: '101' }, '#query/limit'],
    [{ limit: '1e1' }, '#query/limit'],
    [{ limit: '' }, '#query/limit'],
    [{ cursor: 'rubbish' }, '#query/cursor'],
    [{ cursor: Buffer.from('{"a":1}').toString('base64url') }, '#query/cursor'],
    [{ cursor: Buffer.from('-1').toString('base64url') }, '#query/cursor'],
    [{ cursor: 'x'.repeat(5000) }, '#query/cursor'],
    [{ page: '2' }, '#query/page'],
  ] as [Record<string, string>, string][])('refuses %o', async (query, pointer) => {
    expect(await list(query)).toMatchObject({
      status: 422,
      body: { code: 'invalid', errors: [{ pointer }] },
    });
  });
});

describe('a reward', () => {
  it.each([{ percentOff: 20 }, { amountFen: 100, percentOff: 20, maxFen: 5 }])(
    'is told which forms a discount has, where %o is neither',
    async discount => {
      const [name, points, holdMinutes, outlets] = ['面', 5, 60, ['noodle-shop']];
      const body = { name, kind: 'discount', points, stockTracked: false, holdMinutes, outlets, discount };
      const route = 'PUT /v1/rewards/{rewardId}' as const;
      const answer = await call(handler, { route, params: { rewardId: 'meal' }, body, ...asOrganizer });
      const detail = expect.stringContaining('{ percentOff, maxFen, minSpendFen? }');
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/discount', detail }] } });
    },
  );
});
