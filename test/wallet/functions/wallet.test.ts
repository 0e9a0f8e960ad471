import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { handler as Receipts } from '../../../functions/receipts.ts';
import type { handler as Reversals } from '../../../functions/reverse-award.ts';
import type { handler as Wallet } from '../../../functions/wallet.ts';
import { Receipt } from '../../../shared/awards/contract/events.ts';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { addMonths, dayMs, monthOf, toLocalIso } from '../../../shared/kernel/time.ts';
import { EntryView, WalletView } from '../../../shared/wallet/contract/wallet.ts';
import { checkChain } from '../../../tools/check-chain.ts';
import { AwsDouble } from '../../support/aws-double.ts';
import { call, type Request } from '../../support/call.ts';
import { freshDatabase, useEnvironment } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';
import { rulebook } from '../../support/given.ts';

/** What platforms and drivers read, and whose it is. */

const aws = new AwsDouble();
let database: Database;
let receipts: typeof Receipts;
let reversals: typeof Reversals;
let wallet: typeof Wallet;

const yesterday = Date.now() - dayMs;
const occurredAt = toLocalIso(yesterday);

beforeAll(async () => {
  await aws.start();
  database = await freshDatabase();
  useEnvironment(database);
  ({ handler: receipts } = await import('../../../functions/receipts.ts'));
  ({ handler: reversals } = await import('../../../functions/reverse-award.ts'));
  ({ handler: wallet } = await import('../../../functions/wallet.ts'));
  const rulebooksFor = async () => [rulebook({ effectiveFrom: '2020-01-01T00:00:00+08:00' })];
  const ports = { ...portsAt(database, occurredAt), rulebooksFor };
  const driverId = 'd-1';
  await awardEvents(ports, driverId, [
    received('e-1', { driverId, occurredAt, minutes: 90 }),
    received('e-2', { driverId, occurredAt, minutes: 180 }),
    received('e-3', { driverId, occurredAt, minutes: 60 }),
    received('e-4', { driverId, occurredAt, activity: 'singing' }),
    received('old', {
      driverId,
      occurredAt: toLocalIso(yesterday - 181 * dayMs),
      receivedAt: toLocalIso(yesterday - 180 * dayMs),
    }),
  ]);
});
afterAll(() => aws.stop());

const receipt = (eventId: string, request: Partial<Request> = { as: 'platform rides' }) =>
  call(receipts, { route: 'GET /v1/volunteer-events/{eventId}', params: { eventId }, ...request });
const reverse = (eventId: string, request: Partial<Request> = { as: 'platform rides' }) =>
  call(reversals, {
    route: 'POST /v1/volunteer-events/{eventId}/reversal',
    params: { eventId },
    body: { reason: '未到场' },
    ...request,
  });
const walletOf = (driverId: string, as: Request['as'] = `driver ${driverId}`) =>
  call(wallet, { route: 'GET /v1/drivers/{driverId}', params: { driverId }, as });
const entries = (query: Record<string, string> = {}, as: Request['as'] = 'driver d-1', driverId = 'd-1') =>
  call(wallet, { route: 'GET /v1/drivers/{driverId}/entries', params: { driverId }, query, as });

describe('a receipt', () => {
  it('says what an event earned, and why', async () => {
    const rulebookVersion = 1;
    const rankingMonth = monthOf(yesterday);
    expect((await receipt('e-1')).body).toMatchObject({
      status: 'awarded',
      wanted: 30,
      granted: 30,
      reason: null,
      rulebookVersion,
      rankingMonth,
      occurredAt,
    });
    expect((await receipt('e-2')).body).toMatchObject({
      status: 'awarded',
      wanted: 60,
      granted: 50,
      reason: 'daily-cap',
    });
    expect((await receipt('e-3')).body).toMatchObject({
      status: 'capped',
      wanted: 20,
      granted: 0,
      reason: 'daily-cap',
      rankingMonth,
    });
    expect((await receipt('e-4')).body).toMatchObject({
      status: 'declined',
      wanted: 0,
      granted: 0,
      reason: 'activity-unknown',
      rankingMonth: null,
      campaignId: null,
    });
    for (const name of ['e-1', 'e-4'])
      expect(Receipt.safeParse((await receipt(name)).body).error).toBeUndefined();
  });

  it('is that platform’s alone, and an organizer’s who names the platform', async () => {
    expect(await receipt('e-1', { as: 'platform express' })).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    expect(await receipt('e-1', { as: 'platform express', query: { platformId: 'rides' } })).toMatchObject({
      status: 404,
    });
    expect(await receipt('e-1', { as: 'organizer office', query: { platformId: 'rides' } })).toMatchObject({
      status: 200,
    });
    expect(await receipt('e-1', { as: 'organizer office', query: { platformId: 'express' } })).toMatchObject({
      status: 404,
    });
    expect(await receipt('e-1', { as: 'organizer office' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#query/platformId' }] },
    });
    expect(await receipt('e-1', { as: 'driver d-1' })).toMatchObject({ status: 403 });
    expect(await receipt('e-1', {})).toMatchObject({ status: 401 });
    expect(await receipt('never')).toMatchObject({ status: 404 });
    expect(await receipt('not an id')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#path/eventId' }] },
    });
  });
});

describe('a reversal', () => {
  it('is refused with the facts that explain it', async () => {
    expect(await reverse('e-4')).toMatchObject({
      status: 409,
      body: { code: 'not-awarded', reason: 'activity-unknown' },
    });
    expect(await reverse('old')).toMatchObject({ status: 409, body: { code: 'too-late', days: 180 } });
    expect(await reverse('never')).toMatchObject({ status: 404 });
  });

  it('is nobody else’s', async () => {
    expect(await reverse('e-1', { as: 'platform express' })).toMatchObject({ status: 404 });
    expect(await reverse('e-1', { as: 'driver d-1' })).toMatchObject({ status: 403 });
    expect(await reverse('e-1', {})).toMatchObject({ status: 401 });
    expect((await receipt('e-1')).body.status).toBe('awarded');
  });

  it.each([
    ['no reason', {}],
    ['a blank reason', { reason: ' ' }],
    ['an endless reason', { reason: 'x'.repeat(201) }],
    ['a number of points', { reason: 'x', points: 5 }],
    ['another event', { reason: 'x', eventId: 'e-2' }],
  ])('with %s is refused', async (_, body) => {
    expect(await reverse('e-1', { as: 'platform rides', body })).toMatchObject({
      status: 422,
      body: { code: 'invalid' },
    });
  });

  it('is one entry, however often it is asked for, and keeps what was granted', async () => {
    const before = (await walletOf('d-1')).body;
    for (const as of ['platform rides', 'platform rides', 'organizer office'] as const) {
      const query: Record<string, string> = as === 'organizer office' ? { platformId: 'rides' } : {};
      expect(await reverse('e-2', { as, query })).toMatchObject({
        status: 200,
        body: { status: 'reversed', granted: 50 },
      });
    }
    const after = (await walletOf('d-1')).body;
    expect(after).toMatchObject({
      available: before.available - 50,
      minutes: before.minutes - 180,
      seq: before.seq + 1,
    });
  });
});

describe('a wallet', () => {
  it('is the driver’s alone', async () => {
    expect(await walletOf('d-1', 'driver d-2')).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await entries({}, 'driver d-2')).toMatchObject({ status: 404 });
    expect(await walletOf('d-1', 'organizer office')).toMatchObject({ status: 403 });
  });

  it('is not there for somebody whom nobody knows, nor are entries', async () => {
    expect(await walletOf('d-unknown')).toMatchObject({ status: 404 });
    expect(await entries({}, 'driver d-unknown', 'd-unknown')).toMatchObject({ status: 404 });
  });

  it('tells what there is and when it expires', async () => {
    const { status, body } = await walletOf('d-1');
    expect(status).toBe(200);
    expect(WalletView.safeParse(body).error).toBeUndefined();
    const month = monthOf(yesterday);
    expect(body).toMatchObject({
      driverId: 'd-1',
      displayName: null,
      available: 50,
      earned: 50,
      spent: 0,
      expired: 0,
      minutes: 210,
    });
    expect(body.expiring.at(-1)).toEqual({
      points: 30,
      expiresAt: `${addMonths(month, 13)}-01T00:00:00+08:00`,
    });
  });

  it('lists its entries newest first, page by page, and their chain can be checked', async () => {
    const first = (await entries({ limit: '4' })).body;
    const second = (await entries({ limit: '4', cursor: first.nextCursor })).body;
    expect(second.nextCursor).toBeNull();
    const all = [...first.items, ...second.items];
    expect(all.map(({ seq }) => seq)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(checkChain('d-1', all.reverse(), sha256)).toEqual([]);
    for (const entry of all) expect(EntryView.safeParse(entry).error).toBeUndefined();
    expect((await entries()).body).toMatchObject({ nextCursor: null });
  });

  it.each([
    [{ limit: '0' }],
    [{ limit: '101' }],
    [{ limit: '-1' }],
    [{ cursor: '' }],
    [{ cursor: '%%%' }],
    [{ cursor: Buffer.from('"6"').toString('base64url') }],
    [{ cursor: Buffer.from('6.5').toString('base64url') }],
    [{ cursor: Buffer.from('1e999').toString('base64url') }],
    [{ order: 'asc' }],
  ] as Record<string, string>[][])('refuses %o', async query => {
    expect(await entries(query)).toMatchObject({ status: 422, body: { code: 'invalid' } });
  });
});

describe('a request to no route, or to one that fails inside', () => {
  it('is not found', async () => {
    expect(await call(wallet, { route: 'GET /v1/nothing', as: 'driver d-1' })).toMatchObject({ status: 404 });
  });

  it('is to be tried again, and shows nothing of the inside', async () => {
    const table = process.env.ACCOUNTS_TABLE;
    process.env.ACCOUNTS_TABLE = 'gone';
    const answer = await walletOf('d-1');
    process.env.ACCOUNTS_TABLE = table;
    expect(answer).toMatchObject({ status: 503, body: { code: 'try-again' } });
    expect(answer.headers['retry-after']).toBeDefined();
    expect(JSON.stringify(answer.body)).not.toMatch(/gone|table|ResourceNotFound|at \w/i);
  });
});
