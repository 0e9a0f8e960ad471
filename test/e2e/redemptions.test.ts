import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyItem, localToken } from '../../tools/client.ts';
import { temporaryFolder } from '../support/platform.ts';
import { endPlatforms, type PlatformProcess, spawnPlatform } from '../support/platform-process.ts';
import { play, redeemUntilKilled } from '../support/redeem-until-killed.ts';
import { codeOf, cup, Redeeming, type Reservation, setUpRewards } from '../support/redeeming.ts';

const dataDir = temporaryFolder();
let platform: PlatformProcess;
let people: Redeeming;
async function start(): Promise<void> {
  platform = await spawnPlatform(dataDir);
  people = new Redeeming(platform);
}

beforeAll(async () => {
  await start();
  await setUpRewards(platform);
}, 60_000);
afterAll(async () => {
  await endPlatforms();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('concurrent requests over HTTP', () => {
  it('gives 4 cups to exactly 4 of 12 concurrent drivers', async () => {
    const drivers = Array.from({ length: 12 }, (_, n) => `d-${n}`);
    const outcomes = await Promise.all(drivers.map(id => codeOf(people.reserve(id, 'cup', 'race'))));
    expect(outcomes.filter(one => one === 'out-of-stock')).toHaveLength(8);
    expect(await platform.anybody.get('/v1/rewards/cup')).toMatchObject({ stock: 0 });
    const wallets = await Promise.all(drivers.map(id => people.wallet(id)));
    expect(wallets.reduce((sum, { reserved = 0 }) => sum + reserved, 0)).toBe(240);
    for (const [index, outcome] of outcomes.entries()) {
      if (typeof outcome !== 'object') continue;
      const { redemptionId } = outcome as Reservation;
      for (const _ of ['once', 'again']) await people.cancel(`d-${index}`, redemptionId);
    }
    expect(await platform.anybody.get('/v1/rewards/cup')).toMatchObject({ stock: 4 });
    for (const id of drivers)
      expect(await people.wallet(id)).toMatchObject({ available: 100, reserved: 0, spent: 0 });
  });

  it('accepts one of 10 concurrent reservations when the points suffice for one', async () => {
    const keys = Array.from({ length: 10 }, (_, n) => `own-${n}`);
    const outcomes = await Promise.all(keys.map(key => codeOf(people.reserve('d-20', 'cup', key))));
    expect(outcomes.filter(one => one === 'insufficient-points')).toHaveLength(9);
    expect(await people.wallet('d-20')).toMatchObject({ available: 40, reserved: 60 });
  });

  it('makes one redemption for 10 equal Idempotency-Keys and refuses the key for another reward', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => people.reserve('d-21', 'cup', 'same')));
    expect(new Set(all.map(({ code }) => code)).size).toBe(1);
    expect(await codeOf(people.reserve('d-21', 'lunch', 'same'))).toBe('idempotency-key-reused');
    expect(await people.wallet('d-21')).toMatchObject({ available: 40, reserved: 60 });
  });

  it('confirms a code at exactly one of 12 tills', async () => {
    const { code } = await people.reserve('d-21', 'cup', 'same');
    const tills = Array.from({ length: 12 }, (_, n) =>
      codeOf(people.confirm('station-east', { code, requestNo: `t-${n}` })),
    );
    const outcomes = await Promise.all(tills);
    expect(outcomes.filter(one => one === 'already-confirmed')).toHaveLength(11);
    expect(await people.wallet('d-21')).toMatchObject({ available: 40, reserved: 0, spent: 60 });
  });
});

describe('a redemption at the till', () => {
  let reserved: Reservation;
  let code: string;
  let redemptionId: string;

  it('reports each reason to refuse a scan in the order of the contract', async () => {
    reserved = await people.reserve('d-22', 'lunch', 'l-1');
    ({ code, redemptionId } = reserved);
    const scan = (requestNo: string, amountFen?: number, merchantId = 'noodles') =>
      people.confirm(merchantId, { code, requestNo, amountFen });
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
    expect(await codeOf(people.reserve('d-22', 'lunch', 'l-2'))).toBe('limit-reached');
    expect(await codeOf(scan('r-1', 3000, 'elsewhere'))).toBe('code-unknown');
    expect(await codeOf(scan('r-1'))).toBe('invalid');
    expect(await codeOf(scan('r-1', 999))).toBe('below-min-spend');
    const typed = { code: code.toLowerCase(), requestNo: 'r-1', amountFen: 2999 };
    const answer = await people.confirm('noodles', typed);
    expect(answer).toMatchObject({ redemptionId, status: 'confirmed', discountFen: 599, subsidyFen: 0 });
    expect(await scan('r-1', 2999)).toEqual(answer);
    expect(await codeOf(scan('r-2', 2999))).toBe('already-confirmed');
    const driver = await people.as('driver', 'd-22');
    expect(await codeOf(people.cancel('d-22', redemptionId))).toBe('already-confirmed');
    expect(await driver.get(`/v1/redemptions/${redemptionId}`)).not.toHaveProperty('code');
    const other = await people.as('driver', 'd-23');
    expect(await codeOf(other.get(`/v1/redemptions/${redemptionId}`))).toBe('not-found');
  });

  it('returns a redemption once within 7 days and nets the statement', async () => {
    const noodles = await people.as('merchant', 'noodles');
    const statementOf = (merchantId: string) =>
      noodles.get<{ items: unknown[] }>(`/v1/merchants/${merchantId}/statements/2026-03`);
    const giveBack = (requestNo: string) => people.giveBack('noodles', redemptionId, requestNo);
    expect(await statementOf('noodles')).toMatchObject({ confirmed: 1, returned: 0, discountFen: 599 });
    const returned = await giveBack('b-1');
    expect(returned).toMatchObject({ status: 'returned' });
    expect(await giveBack('b-1')).toEqual(returned);
    expect(await codeOf(giveBack('b-2'))).toBe('already-returned');
    expect(await people.wallet('d-22')).toMatchObject({ available: 100, reserved: 0, spent: 0 });
    expect(await people.reserve('d-22', 'lunch', 'l-1')).toEqual(reserved);
    const statement = await statementOf('noodles');
    expect(statement).toMatchObject({ confirmed: 1, returned: 1, discountFen: 0, subsidyFen: 0 });
    expect(statement.items).toHaveLength(2);
    expect(await codeOf(statementOf('elsewhere'))).toBe('not-found');
  });

  it('answers 429 after ten wrong codes', async () => {
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
    // An earlier test has already used one attempt at this till.
    expect(outcomes).toEqual([...Array(9).fill(404), 429, 429, 429]);
  });
});

describe('a platform killed while six drivers redeem', () => {
  it('keeps every acknowledged step once and accepts interrupted requests again', async () => {
    const drivers = Array.from({ length: 6 }, (_, n) => `d-${n + 12}`);
    const stories = await redeemUntilKilled(people, drivers, 'tea', () => platform.kill());
    await start();

    for (const { driverId, path, acknowledged, reservation } of stories) {
      if (!reservation) continue;
      const driver = await people.as('driver', driverId);
      const { status } = await driver.get<Reservation>(`/v1/redemptions/${reservation.redemptionId}`);
      expect(path.indexOf(status)).toBeGreaterThanOrEqual(acknowledged - 1);
    }
    const before = stories.flatMap(({ reservation }) => reservation ?? []);
    await Promise.all(stories.map(story => play(people, story, 'tea')));
    expect(stories.map(({ reservation }) => reservation)).toEqual(expect.arrayContaining(before));

    const ends = stories.map(({ path }) => path.at(-1));
    const out = ends.filter(end => end === 'reserved' || end === 'confirmed').length;
    expect(await platform.anybody.get('/v1/rewards/tea')).toMatchObject({ stock: 500 - out });
    for (const driverId of drivers) {
      const driver = await people.as('driver', driverId);
      const all = await everyItem<Reservation>(driver, '/v1/redemptions');
      const own = stories.filter(story => story.driverId === driverId);
      expect(all.map(({ status }) => status).sort()).toEqual(own.map(({ path }) => path.at(-1)).sort());
      const pointsIn = (end: string) => own.filter(({ path }) => path.at(-1) === end).length;
      const [reserved, spent] = [pointsIn('reserved'), pointsIn('confirmed')];
      expect(await people.wallet(driverId)).toMatchObject({
        available: 100 - reserved - spent,
        reserved,
        spent,
      });
    }
    expect(await platform.drain()).toEqual({ drained: true, deadLetters: 0 });
  }, 300_000);
});

describe('the clock of the platform', () => {
  it('expires a hold on time; the later sweep changes nothing that a caller can see', async () => {
    const { redemptionId, code } = await people.reserve('d-23', 'cup', 'late');
    await platform.setClock('2026-03-10T14:00:00+08:00');
    const driver = await people.as('driver', 'd-23');
    const seen = async () => ({
      redemption: await driver.get(`/v1/redemptions/${redemptionId}`),
      points: { ...(await people.wallet('d-23')), seq: undefined },
      stock: await platform.anybody.get('/v1/rewards/cup'),
    });
    const before = await seen();
    expect(before).toMatchObject({
      redemption: { status: 'expired' },
      points: { available: 100, reserved: 0 },
      stock: { stock: 3 },
    });
    expect(await codeOf(people.confirm('station-east', { code, requestNo: 'x' }))).toBe('redemption-expired');
    expect(await codeOf(people.cancel('d-23', redemptionId))).toBe('redemption-expired');
    for (const _ of ['once', 'again'])
      await platform.anybody.send('POST', '/_local/schedules/expire-redemptions', {});
    expect(await seen()).toEqual(before);
    expect(await people.wallet('d-23')).toMatchObject({ seq: 3 });
  });

  it('lets an organizer remove the pieces of overdue holds from the stock before the sweep', async () => {
    await people.reserve('d-23', 'cup', 'by-hand');
    await platform.setClock('2026-03-10T18:00:00+08:00');
    people = new Redeeming(platform);
    const organizer = await people.as('organizer', 'city-office');
    const { stock = 0 } = await platform.anybody.get<{ stock?: number }>('/v1/rewards/cup');
    const change = (requestNo: string, delta: number) =>
      organizer.send('POST', '/v1/rewards/cup/stock', { requestNo, delta, reason: '盘点' });
    expect(await change('out', -stock)).toMatchObject({ stock: 0 });
    expect(await change('in', stock)).toMatchObject({ stock });
  });

  it('expires points after 13 months, and refunds into an expired lot', async () => {
    const organizer = await people.as('organizer', 'city-office');
    await organizer.send('PUT', '/v1/rewards/cup', { ...cup, holdMinutes: 43_200 });
    await platform.setClock('2027-03-20T12:00:00+08:00');
    people = new Redeeming(platform);
    const { redemptionId } = await people.reserve('d-1', 'cup', 'over-the-year');
    await platform.setClock('2027-04-02T12:00:00+08:00');
    people = new Redeeming(platform);
    expect(await people.wallet('d-1')).toMatchObject({
      available: 0,
      reserved: 60,
      expired: 40,
      expiring: [],
    });
    await people.cancel('d-1', redemptionId);
    for (const _ of ['once', 'again'])
      await platform.anybody.send('POST', '/_local/schedules/expire-points', {});
    expect(await people.wallet('d-1')).toMatchObject({
      available: 0,
      reserved: 0,
      spent: 0,
      expired: 100,
      earned: 100,
    });
    const driver = await people.as('driver', 'd-1');
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

  it('leaves no differences for the nightly check', async () => {
    expect(await platform.drain()).toEqual({ drained: true, deadLetters: 0 });
    await platform.anybody.send('POST', '/_local/schedules/reconcile', {});
    const organizer = await people.as('organizer', 'city-office');
    const { items } = await organizer.get<{ items: unknown[] }>('/v1/reconciliations');
    expect(items[0]).toMatchObject({ differences: 0 });
  });
});
