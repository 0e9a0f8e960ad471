import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { handler as Handler } from '../../../functions/rankings.ts';
import { csvText } from '../../../shared/kernel/csv.ts';
import { html } from '../../../shared/ranking/use-cases/html.ts';
import { context } from '../../support/call.ts';
import { freshDatabase, useEnvironment } from '../../support/database.ts';
import { City } from '../../support/ranking-city.ts';

const march = '2026-03';
let city: City;
let handler: typeof Handler;

beforeAll(async () => {
  const database = await freshDatabase();
  useEnvironment(database);
  vi.doMock('../../../shared/runtime/bearer.ts', () => ({ verifyBearer: readToken }));
  ({ handler } = await import('../../../functions/rankings.ts'));
  city = new City(database);
  await city.register('d-1', '王<b>师傅', true);
  await city.register('d-2', '=HYPERLINK("x")', true);
  await city.register('d-3', '赵师傅', false);
  for (const [minutes, driverId] of [
    [125, 'd-1'],
    [60, 'd-2'],
    [30, 'd-3'],
  ] as const) {
    await city.award(driverId, `e-${driverId}`, { minutes });
  }
  city.now = '2026-04-03T02:00:00+08:00';
  await city.close(march);
});

afterAll(() => {
  vi.doUnmock('../../../shared/runtime/bearer.ts');
});

/** A token in these tests is its encoded claims. test/runtime/bearer.test.ts covers signatures. */
const tokenOf = (claims: object) => `Bearer ${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
const readToken = async (authorization: string | undefined) => {
  if (!authorization?.startsWith('Bearer ')) return authorization && 'invalid';
  return JSON.parse(Buffer.from(authorization.slice(7), 'base64url').toString());
};

interface Asked {
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly claims?: Record<string, string>;
  readonly params?: Record<string, string>;
}

const organizer = { sub: 'organizer-1', scope: 'program:manage' };
const driver = (id: string) => ({ sub: id, scope: 'wallet', driver_id: id });

async function get(path: string, { query = {}, headers = {}, claims, params = {} }: Asked = {}) {
  const event = {
    routeKey: `GET /v1/rankings/{month}${path}`,
    headers,
    pathParameters: { month: march, ...params },
    queryStringParameters: query,
    requestContext: { requestId: 'r-1', ...(claims ? { authorizer: { jwt: { claims } } } : {}) },
  };
  const answer = (await handler(event as never, context())) as APIGatewayProxyStructuredResultV2;
  return { status: answer.statusCode, headers: answer.headers ?? {}, text: String(answer.body) };
}

describe('GET a ranking', () => {
  it('answers 401 without a token until the ranking is published, then 200', async () => {
    expect(await get('')).toMatchObject({ status: 401 });
    city.now = '2026-04-06T02:00:00+08:00';
    await city.publish(march);
    const answer = await get('');
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ state: 'published', version: 1, total: 3 });
    expect(answer.text).not.toContain('driverId');
    expect(answer.text).not.toContain('师傅');
  });

  it('lets caches keep the public view for 30 s and changes its ETag when consent is withdrawn', async () => {
    const first = await get('');
    expect(first.headers['cache-control']).toBe('public, max-age=30');
    const etag = String(first.headers.etag);
    expect(await get('', { headers: { 'if-none-match': `"other", W/${etag}` } })).toMatchObject({
      status: 304,
      text: '',
    });
    await city.consent('d-1', false);
    const second = await get('', { headers: { 'if-none-match': etag } });
    expect(second.status).toBe(200);
    expect(second.text).not.toContain('王');
    await city.consent('d-1', true);
  });

  it('returns pages by cursor and rejects a forged cursor', async () => {
    const first = JSON.parse((await get('', { query: { limit: '2' } })).text);
    expect(first.items.map(({ rank }: { rank: number }) => rank)).toEqual([1, 2]);
    const second = JSON.parse((await get('', { query: { limit: '2', cursor: first.nextCursor } })).text);
    expect(second).toMatchObject({ items: [{ rank: 3 }], nextCursor: null });
    const forged = Buffer.from('[-1,null]').toString('base64url');
    expect(await get('', { query: { cursor: forged } })).toMatchObject({ status: 422 });
  });

  it('shows masked names to drivers and full names to organizers, without public caching', async () => {
    const itemsFor = async (claims: object) => {
      const { text, headers } = await get('', { headers: { authorization: tokenOf(claims) } });
      expect(headers).not.toHaveProperty('etag');
      expect(headers['cache-control']).not.toMatch(/public/);
      return JSON.parse(text).items;
    };
    const masked = ['王**', '=**', '匿名'].map(displayName => ({ displayName }));
    expect(await itemsFor(driver('d-2'))).toMatchObject(masked);
    for (const row of await itemsFor(driver('d-2'))) expect(row).not.toHaveProperty('driverId');
    expect((await itemsFor(organizer))[2]).toMatchObject({ driverId: 'd-3', displayName: '赵师傅' });
  });

  it('rejects an invalid scope, an unknown version and an invalid token', async () => {
    expect(await get('', { query: { scope: 'city:x' } })).toMatchObject({ status: 422 });
    expect(await get('', { query: { version: '2' } })).toMatchObject({ status: 404 });
    expect(await get('', { headers: { authorization: 'Basic x' } })).toMatchObject({ status: 401 });
  });
});

describe('GET a driver’s own rank and proof', () => {
  const ask = (who: string, about: string, path = '') =>
    get(`/drivers/{driverId}${path}`, { claims: driver(who), params: { driverId: about } });

  it('shows a driver’s rank and proof only to that driver, with masked neighbours', async () => {
    const answer = await ask('d-2', 'd-2');
    expect(JSON.parse(answer.text)).toEqual({
      rank: 2,
      score: 100,
      minutes: 60,
      total: 3,
      neighbours: [
        { rank: 1, displayName: '王**', score: 100, minutes: 125 },
        { rank: 3, displayName: '匿名', score: 100, minutes: 30 },
      ],
    });
    expect(await ask('d-2', 'd-1')).toMatchObject({ status: 404 });
    expect(await ask('d-2', 'd-1', '/proof')).toMatchObject({ status: 404 });
    expect(await ask('d-9', 'd-9')).toMatchObject({ status: 404 });
    expect(await ask('d-2', 'd-2', '/proof')).toMatchObject({ status: 200 });
  });
});

describe('the CSV export', () => {
  it('lists all rows and escapes a name that looks like a formula', async () => {
    const answer = await get('/export', { claims: organizer, query: { format: 'csv' } });
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.text).toBe(
      '\uFEFF"rank","driverId","displayName","publishConsent","score","minutes"\r\n' +
        '1,"d-1","王<b>师傅",true,100,125\r\n' +
        '2,"d-2","\'=HYPERLINK(""x"")",true,100,60\r\n' +
        '3,"d-3","赵师傅",false,100,30\r\n',
    );
  });

  it('puts an apostrophe before every text that a spreadsheet could read as a formula', () => {
    for (const text of ['=1', '+1', '-1', '@x', '\tx', '＝1'])
      expect(csvText([[text]])).toBe(`\uFEFF"'${text}"\r\n`);
    expect(csvText([['a"b', -5, null]])).toBe('\uFEFF"a""b",-5,\r\n');
  });
});

describe('the certificates page', () => {
  it('prints names on certificates escaped and only with consent', async () => {
    const { text, headers } = await get('/certificates', { claims: organizer });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('size: A4 landscape');
    expect(text).toContain('王&lt;b&gt;师傅');
    expect(text).not.toContain('赵师傅');
    expect(text.match(/<section>/g)).toHaveLength(3);
    expect(text).toContain('服务时长 2 小时');
    expect(text).toContain('榜单 2026-03 第 1 版');
  });

  it('answers 409 for certificates of an open month', async () => {
    const answer = await get('/certificates', { claims: organizer, params: { month: '2026-04' } });
    expect(answer).toMatchObject({ status: 409 });
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'not-closed' });
  });

  it('escapes every value of an HTML template exactly once', () => {
    const inner = html`<i>${'"&\''}</i>`;
    expect(html`<p title="${'<'}">${inner}${[inner]}</p>`.text).toBe(
      '<p title="&lt;"><i>&quot;&amp;&#39;</i><i>&quot;&amp;&#39;</i></p>',
    );
  });
});

describe('paging through a ranking', () => {
  it('stays in the version of its first page while a correction is made', async () => {
    const first = JSON.parse((await get('', { query: { limit: '2' } })).text);
    await city.reverse('e-d-2');
    await city.correct(march, 'was not there');
    const second = JSON.parse((await get('', { query: { limit: '2', cursor: first.nextCursor } })).text);
    expect(second).toMatchObject({ version: first.version, total: 3, items: [{ rank: 3 }] });
  });
});
