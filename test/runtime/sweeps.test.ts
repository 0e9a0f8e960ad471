import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { awardEvents } from '../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { transact } from '../../shared/dynamo/transaction.ts';
import { instantOf } from '../../shared/kernel/time.ts';
import { readAccount } from '../../shared/ledger/store/accounts.ts';
import { readRankingMonth } from '../../shared/ranking/store/ranking-months.ts';
import { putReservation, readRedemption } from '../../shared/redemptions/store/redemptions.ts';
import { AwsDouble } from '../support/aws-double.ts';
import { context } from '../support/call.ts';
import { freshDatabase, useEnvironment } from '../support/database.ts';
import { portsAt, received } from '../support/events.ts';
import { reserved } from '../support/given-redemptions.ts';
import { Market } from '../support/market.ts';

/** What runs by the clock: one that fails holds nobody up, and the failure is told. */

const aws = new AwsDouble();
let database: Database;
type Run = (event: never, context: Context) => Promise<unknown>;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await aws.start();
});
afterAll(() => {
  vi.useRealTimers();
  return aws.stop();
});

/** The function as it is loaded anew, on tables of its own, at a time. */
async function loaded(
  name: string,
  at: string,
  environment: Record<string, string> = {},
): Promise<(event?: object, remainingMs?: number) => Promise<unknown>> {
  vi.setSystemTime(instantOf(at));
  vi.resetModules();
  database = await freshDatabase();
  useEnvironment(database);
  Object.assign(process.env, environment);
  const { handler } = (await import(`../../functions/${name}.ts`)) as { handler: Run };
  return (event = {}, remainingMs = 600_000) => handler(event as never, context(remainingMs));
}

const put = (table: string, Item: object) =>
  database.client.send(new PutCommand({ TableName: database.tableName(table), Item }));
const award = (driverId: string, at: string) =>
  awardEvents(portsAt(database, at), driverId, [received(`of-${driverId}`, { driverId, occurredAt: at })]);
const expiredOf = async (driverId: string) => (await readAccount(database, driverId)).account.expired;

describe('expire-points', () => {
  const january = '2026-01-10T12:00:00+08:00';

  it('expires the lots of the month that has just expired', async () => {
    const run = await loaded('expire-points', '2027-01-01T00:00:00+08:00');
    await award('d-1', january);
    await run(); // and from then on the account is looked at for the lots of January alone
    expect(await expiredOf('d-1')).toBe(0);
    vi.setSystemTime(instantOf('2027-02-01T00:00:00+08:00'));
    await run();
    expect(await expiredOf('d-1')).toBe(20);
  });

  it('goes on behind one that fails, and says so in the end', async () => {
    const run = await loaded('expire-points', '2027-02-01T00:00:00+08:00');
    const drivers = Array.from({ length: 6 }, (_, number) => `d-${number}`);
    for (const driverId of drivers) await award(driverId, january);
    const broken = { driverId: 'd-broken', shard: '00', sweepKey: '2025-12#d-broken' };
    await put('accounts', broken);
    await put('accounts', { ...broken, driverId: 'd-broken-2', shard: '15', sweepKey: '2025-12#d-broken-2' });
    await expect(run()).rejects.toThrow('2 drivers');
    expect(await Promise.all(drivers.map(expiredOf))).toEqual(drivers.map(() => 20));
  });

  it('begins nothing where no time is left', async () => {
    const run = await loaded('expire-points', '2027-02-01T00:00:00+08:00');
    await award('d-1', january);
    await run({}, 9999);
    expect(await expiredOf('d-1')).toBe(0);
  });
});

describe('expire-redemptions', () => {
  const at = '2026-03-12T12:00:00+08:00';
  const stateOf = async (redemptionId: string) => (await readRedemption(database, redemptionId))?.state;

  /** One that holds points, and one that was never paid for: its driver has no account to give it back to. */
  async function holds() {
    const market = new Market(database);
    await market.earn('d-1', 100);
    await market.offer('cup', { stockTracked: false });
    const good = await market.reserved('d-1', 'cup', 'k');
    const bad = reserved({ redemptionId: 'r-bad', stockTracked: true, rewardId: 'gone' });
    await transact(database, [putReservation(database, bad)]);
    return good.redemptionId;
  }

  it('goes on behind one that fails, and says so in the end', async () => {
    const run = await loaded('expire-redemptions', at);
    const good = await holds();
    await expect(run()).rejects.toThrow('1 redemptions');
    expect([await stateOf(good), await stateOf('r-bad')]).toEqual(['expired', 'reserved']);
  });

  it('begins nothing where no time is left', async () => {
    const run = await loaded('expire-redemptions', at);
    const good = await holds();
    await run({}, 9999);
    expect(await stateOf(good)).toBe('reserved');
  });
});

describe('lapse-attestations', () => {
  it('says where one fails', async () => {
    const run = await loaded('lapse-attestations', '2026-04-12T12:00:00+08:00');
    await put('attestations', {
      driverId: 'd-1',
      entryId: 'gone',
      dueShard: '0',
      dueAt: '2026-03-12T12:00:00',
    });
    await expect(run()).rejects.toThrow('1 events');
  });
});

describe('close-month', () => {
  it('closes the month before, by local time, once nothing is pending', async () => {
    const run = await loaded('close-month', '2026-03-31T17:00:00Z');
    aws.waiting = { awards: { ApproximateNumberOfMessages: 1 } };
    await run();
    expect(await readRankingMonth(database, '2026-03')).toMatchObject({ state: 'open', version: 0 });
    aws.waiting = {};
    await run();
    expect(await readRankingMonth(database, '2026-03')).toMatchObject({ state: 'closed', version: 1 });
    expect(await readRankingMonth(database, '2026-04')).toMatchObject({ state: 'open', intent: null });
  });
});

describe('reconcile', () => {
  it('is begun by the run of the night alone, and tells what differs', async () => {
    const run = await loaded('reconcile', '2026-03-14T03:30:00+08:00');
    expect(await run({ schedule: 'reconcile-on' })).toEqual({ state: 'nothing-to-do' });
    await put('accounts', { driverId: 'd-broken', shard: '00', sweepKey: '2026-03#d-broken' });
    expect(await run({ schedule: 'reconcile' })).toMatchObject({
      state: 'finished',
      view: { differences: 1 },
    });
  });

  it('raises the alarm at each difference', async () => {
    const run = await loaded('reconcile', '2026-03-14T03:30:00+08:00', {
      POWERTOOLS_METRICS_DISABLED: 'false',
    });
    for (const driverId of ['d-broken', 'd-broken-2'])
      await put('accounts', { driverId, shard: '00', sweepKey: `2026-03#${driverId}` });
    const written: string[] = [];
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation(text => written.push(String(text)) > 0);
    await run({ schedule: 'reconcile' });
    spy.mockRestore();
    expect(written.join('')).toContain('"ReconcileDifferences":[1,1]');
  });
});
