import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/dynamo/client.ts';
import { isRefusal } from '../../../shared/kernel/refusal.ts';
import { dayMs, hourMs, instantOf, toLocalIso } from '../../../shared/kernel/time.ts';
import type { Redemption } from '../../../shared/redemptions/rules/redemption.ts';
import { codesFrom } from '../../../shared/redemptions/store/codes.ts';
import { expireRedemption } from '../../../shared/redemptions/use-cases/expire.ts';
import { freshDatabase } from '../../support/database.ts';
import { meetBeforeWriting } from '../../support/faults.ts';
import { count, done, Market, outcomeOf, secrets } from '../../support/market.ts';
import { reconciled } from '../../support/reconciling.ts';

/** Forty at once, all standing on the same reading. A rule may refuse; nothing may be thrown, and the end is exact. */

const wide = 40;
const times = <T>(make: (n: number) => T): T[] => Array.from({ length: wide }, (_, n) => make(n));

let database: Database;
let market: Market;
let tests = 0;
/** Of this test alone, as are the drivers: the books of all tests are checked together at the end. */
let cup: string;
let drivers: string[];
let driver: string;

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  tests += 1;
  cup = `cup-${tests}`;
  drivers = times(n => `d-${tests}-${n}`);
  driver = `d-${tests}`;
  market = new Market(database);
  await market.offer(cup);
});

/** Starts all of it; nobody writes before so many would. */
async function race<T>(starts: readonly (() => Promise<T>)[], writers = starts.length): Promise<T[]> {
  const commands = ['TransactWriteItemsCommand', 'UpdateItemCommand'];
  const stop = meetBeforeWriting(database, writers, commands);
  try {
    return await Promise.all(starts.map(start => start()));
  } finally {
    stop();
  }
}

function earnEach(points: number, all = drivers) {
  return Promise.all(all.map(driverId => market.earn(driverId, points)));
}

async function balanceOf(driverId: string): Promise<number> {
  return (await market.booksOf(driverId)).account.balance;
}

describe('forty drivers', () => {
  it('for 10 cups take 10, and the others lose nothing', async () => {
    await earnEach(100);
    await market.stock(cup, 10, 's-1');
    const outcomes = await race(drivers.map(driverId => () => market.reserve(driverId, cup, 'k')));
    expect(count(outcomes.map(outcomeOf))).toEqual({ reserved: 10, 'out-of-stock': 30 });
    expect(await market.stockOf(cup)).toBe(0);
    const expected = outcomes.map(outcome => (isRefusal(outcome) ? 100 : 40));
    expect(await Promise.all(drivers.map(balanceOf))).toEqual(expected);
  });

  it('for 10 cups that others have held past their time take just these', async () => {
    const holders = drivers.slice(0, 10).map(driverId => `before-${driverId}`);
    await earnEach(100, [...drivers, ...holders]);
    await market.stock(cup, 10, 's-1');
    await Promise.all(holders.map(driverId => market.reserve(driverId, cup, 'k')));
    market.now += hourMs;
    const outcomes = await race(drivers.map(driverId => () => market.reserve(driverId, cup, 'k')));
    expect(count(outcomes.map(outcomeOf))).toEqual({ reserved: 10, 'out-of-stock': 30 });
    expect(await market.stockOf(cup)).toBe(0);
    expect(new Set(await Promise.all(holders.map(balanceOf)))).toEqual(new Set([100]));
  });
});

describe('one driver', () => {
  const reserveAll = (keyOf: (n: number) => string) =>
    race(times(n => () => market.reserve(driver, cup, keyOf(n))));

  beforeEach(() => market.stock(cup, wide, 's-1'));

  it('with forty wishes gets what the points pay for', async () => {
    await market.earn(driver, 199);
    const outcomes = await reserveAll(n => `k-${n}`);
    expect(count(outcomes.map(outcomeOf))).toEqual({ reserved: 3, 'insufficient-points': 37 });
    expect(await market.stockOf(cup)).toBe(37);
    expect(await market.wallet(driver)).toMatchObject({ available: 19, reserved: 180 });
  });

  it('with forty wishes gets what the limit lets through', async () => {
    await market.offer(cup, { perDriverMonthlyLimit: 2 });
    await market.earn(driver, 1000);
    const outcomes = await reserveAll(n => `k-${n}`);
    expect(count(outcomes.map(outcomeOf))).toEqual({ reserved: 2, 'limit-reached': 38 });
    expect(await market.stockOf(cup)).toBe(38);
  });

  it('with one wish forty times gets one, and one answer', async () => {
    await market.earn(driver, 1000);
    const outcomes = await reserveAll(() => 'k');
    expect(outcomes).toEqual(times(() => outcomes[0]));
    expect(await market.stockOf(cup)).toBe(39);
    expect(await market.wallet(driver)).toMatchObject({ available: 940, reserved: 60, seq: 2 });
  });

  it('gets one for a wish under two keys of codes, while one replaces the other', async () => {
    await market.earn(driver, 1000);
    const outcomes = await race(
      times(n => () => {
        const codes = codesFrom({ current: n % 2 ? '1' : '2', ...secrets });
        return market.reserve(driver, cup, 'k', { ...market.ports, codes });
      }),
    );
    expect(outcomes).toEqual(times(() => outcomes[0]));
    expect(await market.stockOf(cup)).toBe(39);
  });

  it('gets every one of twenty wishes that the points pay for', async () => {
    await market.earn(driver, 1300);
    const keys = Array.from({ length: 20 }, (_, n) => `k-${n}`);
    const outcomes = await race(keys.map(key => () => market.reserve(driver, cup, key)));
    expect(count(outcomes.map(outcomeOf))).toEqual({ reserved: 20 });
    expect((await market.booksOf(driver)).account).toMatchObject({ seq: 21, balance: 100 });
  });
});

describe('one code', () => {
  let held: Redemption;
  beforeEach(async () => {
    await market.earn(driver, 100);
    await market.stock(cup, 1, 's-1');
    held = await market.reserved(driver, cup, 'k');
  });

  it('at forty tills is confirmed once', async () => {
    const outcomes = await race(times(n => () => market.scan(held, { requestNo: `r-${n}` })));
    expect(count(outcomes.map(outcomeOf))).toEqual({ confirmed: 1, 'already-confirmed': 39 });
    expect(outcomes).toContainEqual(await market.read(held));
  });

  it('forty times under one request number is confirmed once, with one answer', async () => {
    const outcomes = await race(times(() => () => market.scan(held)));
    expect(outcomes).toEqual(times(() => outcomes[0]));
    expect(await market.wallet(driver)).toMatchObject({ available: 40, reserved: 0, spent: 60, seq: 2 });
  });

  it('once confirmed is taken back once', async () => {
    done(await market.scan(held));
    const outcomes = await race(times(n => () => market.giveBack(held, { requestNo: `b-${n}` })));
    expect(count(outcomes.map(outcomeOf))).toEqual({ returned: 1, 'already-returned': 39 });
    expect(await market.stockOf(cup)).toBe(1);
    expect(await market.wallet(driver)).toMatchObject({ available: 100, spent: 0, seq: 3 });
  });
});

describe('at the very end of forty reservations', () => {
  it('cancellation, confirmation and expiry: of each three one wins; of two returns, one', async () => {
    await earnEach(100);
    await market.stock(cup, wide, 's-1');
    const holds = await Promise.all(drivers.map(driverId => market.reserved(driverId, cup, 'k')));
    const expiresAt = instantOf(holds[0]?.expiresAt ?? '');
    market.now = expiresAt;
    const early = market.portsAt(expiresAt - 1); // clocks of two functions are never quite the same

    await race<unknown>(
      holds.flatMap(hold => [
        () => market.cancel(hold, early),
        () => market.scan(hold, {}, early),
        () => expireRedemption(market.ports, hold.redemptionId),
      ]),
    );
    const ends = await Promise.all(holds.map(hold => market.read(hold)));
    const { confirmed = 0, ...others } = count(ends.map(({ state }) => state));
    expect(confirmed + (others.cancelled ?? 0) + (others.expired ?? 0)).toBe(wide);
    expect(await market.stockOf(cup)).toBe(wide - confirmed);
    expect(await Promise.all(drivers.map(balanceOf))).toEqual(
      ends.map(({ state }) => (state === 'confirmed' ? 40 : 100)),
    );

    await race(
      holds.flatMap(hold => ['b-1', 'b-2'].map(requestNo => () => market.giveBack(hold, { requestNo }))),
      2 * confirmed,
    );
    const after = await Promise.all(holds.map(hold => market.read(hold)));
    expect(count(after.map(({ state }) => state))).toEqual(
      confirmed > 0 ? { ...others, returned: confirmed } : others,
    );
    expect(await market.stockOf(cup)).toBe(wide);
    expect(new Set(await Promise.all(drivers.map(balanceOf)))).toEqual(new Set([100]));
  });

  it('of one, forty ways at once, one wins', async () => {
    await market.earn(driver, 100);
    await market.stock(cup, 1, 's-1');
    const hold = await market.reserved(driver, cup, 'k');
    const expiresAt = instantOf(hold.expiresAt);
    const early = market.portsAt(expiresAt - 1);
    market.now = expiresAt;
    await race(
      times(n => async () => {
        if (n % 3 === 0) return market.cancel(hold, early);
        if (n % 3 === 1) return market.scan(hold, { requestNo: `r-${n}` }, early);
        return expireRedemption(market.ports, hold.redemptionId);
      }),
    );
    const { state } = await market.read(hold);
    expect(await market.stockOf(cup)).toBe(state === 'confirmed' ? 0 : 1);
    expect(await balanceOf(driver)).toBe(state === 'confirmed' ? 40 : 100);
  });
});

describe('stock by hand', () => {
  const change = async (delta: number, requestNo: string) => {
    const outcome = await market.stock(cup, delta, requestNo);
    return 'refusal' in outcome
      ? outcome.refusal
      : `${outcome.created ? 'made' : 'repeated'} ${outcome.stock.delta}`;
  };

  it('is changed once by one request that comes forty times, and all get one answer', async () => {
    await market.stock(cup, 1, 's-1');
    const outcomes = await race(times(() => () => change(-1, 's-2')));
    expect(count(outcomes)).toEqual({ 'made -1': 1, 'repeated -1': 39 });
    expect(await market.stockOf(cup)).toBe(0);
  });

  it('never falls below zero, whoever takes', async () => {
    await market.stock(cup, 10, 's-1');
    await earnEach(100);
    const outcomes = await race(
      times(
        n => async () =>
          n % 2 ? change(-1, `by-hand-${n}`) : outcomeOf(await market.reserve(`d-${tests}-${n}`, cup, 'k')),
      ),
    );
    const { 'made -1': byHand = 0, reserved = 0, ...refused } = count(outcomes);
    expect(byHand + reserved).toBe(10);
    expect(refused).toEqual({ 'out-of-stock': 30 });
    expect(await market.stockOf(cup)).toBe(0);
  });
});

describe('after all of it', () => {
  it('the books are in order', async () => {
    const nextDay = toLocalIso(market.now + dayMs);
    const { differences, view } = await reconciled(database, nextDay);
    expect(differences).toEqual([]);
    expect(view.checked).toMatchObject({ rewards: tests });
  });
});
