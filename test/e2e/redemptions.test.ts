import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyItem, localToken, ProblemError } from '../../tools/client.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

interface Reservation {
  redemptionId: string;
  status: string;
  code?: string;
}

let platform: TestPlatform;
const march = '2026-03-10T12:00:00+08:00';

beforeAll(async () => {
  platform = await startTestPlatform();
  await platform.setClock('2026-02-20T12:00:00+08:00');
  const organizer = await platform.as('organizer', 'city-office');
  await organizer.send('PUT', '/v1/rulebooks/1', {
    effectiveFrom: '2026-03-01T00:00:00+08:00',
    monthlyCap: 100_000,
    activities: [{ code: 'rescue', name: '应急救援', unit: 'event', points: 100 }],
    campaigns: [],
  });
  for (const id of ['station-east', 'noodles', 'elsewhere']) {
    const kind = id.startsWith('station') ? 'station' : 'merchant';
    await organizer.send('PUT', `/v1/merchants/${id}`, { name: id, kind, district: 'donghu' });
  }
  await organizer.send('PUT', '/v1/rewards/cup', {
    name: '保温杯',
    kind: 'goods',
    points: 60,
    stockTracked: true,
    holdMinutes: 60,
    outlets: ['station-east'],
    subsidyFen: 1500,
  });
  await organizer.send('POST', '/v1/rewards/cup/stock', { requestNo: 's-1', delta: 10, reason: 'delivery' });
  await organizer.send('PUT', '/v1/rewards/lunch', {
    name: '午餐八折',
    kind: 'discount',
    points: 40,
    stockTracked: false,
    perDriverMonthlyLimit: 1,
    holdMinutes: 60,
    outlets: ['noodles'],
    discount: { percentOff: 20, maxFen: 800, minSpendFen: 1000 },
  });
  await platform.setClock(march);
  const sender = await platform.as('platform', 'rides');
  const events = Array.from({ length: 44 }, (_, n) => ({
    eventId: `e-${n}`,
    driverId: `d-${n}`,
    activity: 'rescue',
    occurredAt: '2026-03-10T08:00:00+08:00',
  }));
  await sender.send('POST', '/v1/volunteer-events', { events });
  await platform.drain();
}, 60_000);
afterAll(() => platform.close());

async function reserve(driverId: string, rewardId: string, key: string): Promise<Reservation> {
  const driver = await platform.as('driver', driverId);
  return driver.send('POST', '/v1/redemptions', { rewardId }, { 'idempotency-key': key });
}

async function wallet(driverId: string) {
  const driver = await platform.as('driver', driverId);
  return driver.get<Record<string, number>>(`/v1/drivers/${driverId}`);
}

/** The code of the problem, or what was answered. */
function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch(error => (error instanceof ProblemError ? error.problem.code : error));
}

async function confirm(merchantId: string, body: Record<string, unknown>) {
  return (await platform.as('merchant', merchantId)).send<Record<string, unknown>>(
    'POST',
    '/v1/redemptions/confirmations',
    body,
  );
}

describe('races over HTTP end exactly', () => {
  it('40 drivers for 10 cups', async () => {
    const drivers = Array.from({ length: 40 }, (_, n) => `d-${n}`);
    const outcomes = await Promise.all(drivers.map(id => codeOf(reserve(id, 'cup', 'race'))));
    expect(outcomes.filter(one => one === 'out-of-stock')).toHaveLength(30);
    expect(await platform.anybody.get('/v1/rewards/cup')).toMatchObject({ stock: 0 });
    const wallets = await Promise.all(drivers.map(wallet));
    expect(wallets.reduce((sum, { reserved = 0 }) => sum + reserved, 0)).toBe(600);
    const winners = drivers.filter((_, n) => typeof outcomes[n] === 'object');
    for (const id of winners) {
      const { redemptionId } = await reserve(id, 'cup', 'race');
      const driver = await platform.as('driver', id);
      await driver.send('POST', `/v1/redemptions/${redemptionId}/cancellation`, {});
      await driver.send('POST', `/v1/redemptions/${redemptionId}/cancellation`, {});
    }
    expect(await platform.anybody.get('/v1/rewards/cup')).toMatchObject({ stock: 10 });
    for (const id of drivers)
      expect(await wallet(id)).toMatchObject({ available: 100, reserved: 0, spent: 0 });
  });

  it('20 requests of one driver for what pays for one', async () => {
    const keys = Array.from({ length: 20 }, (_, n) => `own-${n}`);
    const outcomes = await Promise.all(keys.map(key => codeOf(reserve('d-40', 'cup', key))));
    expect(outcomes.filter(one => one === 'insufficient-points')).toHaveLength(19);
    expect(await wallet('d-40')).toMatchObject({ available: 40, reserved: 60 });
  });

  it('10 equal keys make one; another reward under the key is refused', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => reserve('d-41', 'cup', 'same')));
    expect(new Set(all.map(({ code }) => code)).size).toBe(1);
    expect(await codeOf(reserve('d-41', 'lunch', 'same'))).toBe('idempotency-key-reused');
    expect(await wallet('d-41')).toMatchObject({ available: 40, reserved: 60 });
  });

  it('12 tills for one code', async () => {
    const { code } = await reserve('d-41', 'cup', 'same');
    const tills = Array.from({ length: 12 }, (_, n) =>
      codeOf(confirm('station-east', { code, requestNo: `t-${n}` })),
    );
    const outcomes = await Promise.all(tills);
    expect(outcomes.filter(one => one === 'already-confirmed')).toHaveLength(11);
    expect(await wallet('d-41')).toMatchObject({ available: 40, reserved: 0, spent: 60 });
  });
});

describe('at the till', () => {
  let reserved: Reservation;
  let code: string | undefined;
  let redemptionId: string;

  it('says what stands against a scan, in the order of the contract', async () => {
    reserved = await reserve('d-42', 'lunch', 'l-1');
    ({ code, redemptionId } = reserved);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
    expect(await codeOf(reserve('d-42', 'lunch', 'l-2'))).toBe('limit-reached');
    expect(await codeOf(confirm('elsewhere', { code, requestNo: 'r-1', amountFen: 3000 }))).toBe(
      'code-unknown',
    );
    expect(await codeOf(confirm('noodles', { code, requestNo: 'r-1' }))).toBe('invalid');
    expect(await codeOf(confirm('noodles', { code, requestNo: 'r-1', amountFen: 999 }))).toBe(
      'below-min-spend',
    );
    const answer = await confirm('noodles', { code: code?.toLowerCase(), requestNo: 'r-1', amountFen: 2999 });
    expect(answer).toMatchObject({ redemptionId, status: 'confirmed', discountFen: 599, subsidyFen: 0 });
    expect(await confirm('noodles', { code, requestNo: 'r-1', amountFen: 2999 })).toEqual(answer);
    expect(await codeOf(confirm('noodles', { code, requestNo: 'r-2', amountFen: 2999 }))).toBe(
      'already-confirmed',
    );
    const driver = await platform.as('driver', 'd-42');
    expect(await codeOf(driver.send('POST', `/v1/redemptions/${redemptionId}/cancellation`, {}))).toBe(
      'already-confirmed',
    );
    expect(await driver.get(`/v1/redemptions/${redemptionId}`)).not.toHaveProperty('code');
    const other = await platform.as('driver', 'd-43');
    expect(await codeOf(other.get(`/v1/redemptions/${redemptionId}`))).toBe('not-found');
  });

  it('takes it back once, within 7 days, and the statement is net of it', async () => {
    const noodles = await platform.as('merchant', 'noodles');
    const giveBack = (requestNo: string) =>
      noodles.send('POST', `/v1/redemptions/${redemptionId}/return`, { requestNo, reason: 'too salty' });
    expect(await noodles.get('/v1/merchants/noodles/statements/2026-03')).toMatchObject({
      confirmed: 1,
      returned: 0,
      discountFen: 599,
    });
    const returned = await giveBack('b-1');
    expect(returned).toMatchObject({ status: 'returned' });
    expect(await giveBack('b-1')).toEqual(returned);
    expect(await codeOf(giveBack('b-2'))).toBe('already-returned');
    expect(await wallet('d-42')).toMatchObject({ available: 100, reserved: 0, spent: 0 });
    expect(await reserve('d-42', 'lunch', 'l-1')).toEqual(reserved);
    const statement = await noodles.get<{ items: unknown[] }>('/v1/merchants/noodles/statements/2026-03');
    expect(statement).toMatchObject({ confirmed: 1, returned: 1, discountFen: 0, subsidyFen: 0 });
    expect(statement.items).toHaveLength(2);
    expect(await codeOf(noodles.get('/v1/merchants/elsewhere/statements/2026-03'))).toBe('not-found');
  });

  it('slows guessing down, and lets a right code pass all the same', async () => {
    const outcomes: unknown[] = [];
    const token = await localToken(platform.url, 'merchant', 'elsewhere');
    for (let n = 0; n < 12; n += 1) {
      const answer = await fetch(`${platform.url}/v1/redemptions/confirmations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ code: `100000000${n % 10}`, requestNo: `g-${n}` }),
      });
      outcomes.push(answer.status);
    }
    // One was tried at this till before.
    expect(outcomes).toEqual([...Array(9).fill(404), 429, 429, 429]);
  });
});

describe('time', () => {
  it('expires a hold at once, swept or not; the sweep changes nothing that anybody sees', async () => {
    const { redemptionId, code } = await reserve('d-43', 'cup', 'late');
    await platform.setClock('2026-03-10T14:00:00+08:00');
    const driver = await platform.as('driver', 'd-43');
    const seen = async () => ({
      redemption: await driver.get(`/v1/redemptions/${redemptionId}`),
      points: { ...(await wallet('d-43')), seq: undefined },
    });
    const before = await seen();
    expect(before).toMatchObject({
      redemption: { status: 'expired' },
      points: { available: 100, reserved: 0 },
    });
    expect(await codeOf(confirm('station-east', { code, requestNo: 'x' }))).toBe('redemption-expired');
    expect(await codeOf(driver.send('POST', `/v1/redemptions/${redemptionId}/cancellation`, {}))).toBe(
      'redemption-expired',
    );
    await platform.anybody.send('POST', '/_local/schedules/expire-redemptions', {});
    await platform.anybody.send('POST', '/_local/schedules/expire-redemptions', {});
    expect(await seen()).toEqual(before);
    expect(await wallet('d-43')).toMatchObject({ seq: 3 });
  });

  it('expires points 13 months on, and what comes back into such a lot', async () => {
    const organizer = await platform.as('organizer', 'city-office');
    await organizer.send('PUT', '/v1/rewards/cup', {
      name: '保温杯',
      kind: 'goods',
      points: 60,
      stockTracked: true,
      holdMinutes: 43_200,
      outlets: ['station-east'],
    });
    await platform.setClock('2027-03-20T12:00:00+08:00');
    const { redemptionId } = await reserve('d-1', 'cup', 'over-the-year');
    await platform.setClock('2027-04-02T12:00:00+08:00');
    expect(await wallet('d-1')).toMatchObject({ available: 0, reserved: 60, expired: 40, expiring: [] });
    const driver = await platform.as('driver', 'd-1');
    await driver.send('POST', `/v1/redemptions/${redemptionId}/cancellation`, {});
    await platform.anybody.send('POST', '/_local/schedules/expire-points', {});
    await platform.anybody.send('POST', '/_local/schedules/expire-points', {});
    expect(await wallet('d-1')).toMatchObject({
      available: 0,
      reserved: 0,
      spent: 0,
      expired: 100,
      earned: 100,
    });
    const entries = await everyItem<{ kind: string; points: number; balance: number }>(
      driver,
      '/v1/drivers/d-1/entries',
    );
    expect(entries.slice(0, 3).map(({ kind, points }) => [kind, points])).toEqual([
      ['expiry', -40],
      ['expiry', -60],
      ['refund', 60],
    ]);
    expect(entries[0]?.balance).toBe(0);
  });

  it('leaves the books in order', async () => {
    expect(await platform.drain()).toEqual({ drained: true, deadLetters: 0 });
    await platform.anybody.send('POST', '/_local/schedules/reconcile', {});
    const organizer = await platform.as('organizer', 'city-office');
    const { items } = await organizer.get<{ items: unknown[] }>('/v1/reconciliations');
    expect(items[0]).toMatchObject({ differences: 0 });
  });
});
