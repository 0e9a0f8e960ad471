import { beforeAll, describe, expect, it } from 'vitest';
import type { handler as Statements } from '../../../functions/statements.ts';
import { monthOf } from '../../../shared/kernel/time.ts';
import { StatementView } from '../../../shared/statements/contract/statements.ts';
import { call, context, type Request } from '../../support/call.ts';
import { freshDatabase, useEnvironment } from '../../support/database.ts';
import { done, Market } from '../../support/market.ts';

/** What a merchant and an organizer read of a month. */

let handler: typeof Statements;
let month: string;

beforeAll(async () => {
  const market = new Market(await freshDatabase());
  useEnvironment(market.database);
  month = monthOf(market.now);
  await market.earn('d-1', 1000);
  await market.offer('cup', { points: 1, stockTracked: false, outlets: ['station-east', 'shop-west'] });
  for (const n of [1, 2, 3]) {
    market.now += 1000;
    done(await market.scan(await market.reserved('d-1', 'cup', `k-${n}`), { requestNo: `r-${n}` }));
  }
  ({ handler } = await import('../../../functions/statements.ts'));
});

const route = 'GET /v1/merchants/{merchantId}/statements/{month}';
const statement = (query: Record<string, string> = {}, merchantId = 'station-east', of = month) =>
  call(handler, { route, params: { merchantId, month: of }, query, as: 'organizer office' });

describe('a statement', () => {
  it('is whole where nobody asks for pages, and has no cursor then', async () => {
    const { status, body } = await statement();
    expect(status).toBe(200);
    expect(StatementView.parse(body)).toMatchObject({ confirmed: 3, returned: 0 });
    expect(Object.keys(body)).toEqual([
      'merchantId',
      'month',
      'confirmed',
      'returned',
      'discountFen',
      'subsidyFen',
      'items',
      'sha256',
    ]);
  });

  it('goes on where the page before has ended', async () => {
    const { items, ...whole } = (await statement()).body;
    const { items: first, nextCursor, ...ofFirst } = (await statement({ limit: '2' })).body;
    const { items: last, nextCursor: end, ...ofLast } = (await statement({ cursor: nextCursor })).body;
    expect([...first, ...last]).toEqual(items);
    expect([first.length, end]).toEqual([2, null]);
    expect([ofFirst, ofLast]).toEqual([whole, whole]);
    expect((await statement({ limit: '3' })).body.nextCursor).toBeNull();
  });

  it('is refused a cursor of another', async () => {
    const { nextCursor: cursor } = (await statement({ limit: '1' })).body;
    const noCursor = { status: 422, body: { code: 'invalid', errors: [{ pointer: '#query/cursor' }] } };
    expect(await statement({ cursor }, 'shop-west')).toMatchObject(noCursor);
    expect(await statement({ cursor }, 'station-east', '2020-01')).toMatchObject(noCursor);
    expect(await statement({ cursor: 'x' })).toMatchObject(noCursor);
  });

  it.each(['0', '10001', '-1', '1.5', 'x', ''])('has no page of %j lines', async limit => {
    expect(await statement({ limit })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#query/limit' }] },
    });
  });

  it('as a table names the next part', async () => {
    const csv = async (query: Record<string, string>) => {
      const request: Request = {
        route,
        params: { merchantId: 'station-east', month },
        query: { format: 'csv', ...query },
        as: 'merchant station-east',
      };
      return rawCall(request);
    };
    const first = await csv({ limit: '2' });
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.headers.link ?? '') ?? [];
    const { pathname, searchParams } = new URL(next, 'http://localhost');
    expect(pathname).toBe(`/v1/merchants/station-east/statements/${month}`);
    const last = await csv(Object.fromEntries(searchParams));
    expect(last.headers.link).toBeUndefined();
    const whole = await csv({});
    expect(whole.headers.link).toBeUndefined();
    const [, ...lines] = last.body.split('\r\n');
    expect(first.body + lines.join('\r\n')).toBe(whole.body);
  });
});

/** As `call`, of an answer that is no JSON. */
async function rawCall({ route: routeKey, params, query }: Request) {
  const event = {
    routeKey,
    headers: {},
    pathParameters: params,
    queryStringParameters: query,
    requestContext: {
      requestId: 'request-1',
      authorizer: {
        jwt: { claims: { sub: 's', scope: 'redemptions:confirm', merchant_id: params?.merchantId ?? '' } },
      },
    },
  };
  return (await handler(event as never, context())) as { headers: Record<string, string>; body: string };
}
