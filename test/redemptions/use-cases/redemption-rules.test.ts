import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/dynamo/client.ts';
import { dayMs, hourMs, instantOf, minuteMs, toLocalIso } from '../../../shared/kernel/time.ts';
import type { Redemption } from '../../../shared/redemptions/rules/redemption.ts';
import { codesFrom } from '../../../shared/redemptions/store/codes.ts';
import { readRedemptionItem } from '../../../shared/redemptions/store/redemptions.ts';
import { readReward } from '../../../shared/redemptions/use-cases/rewards.ts';
import { freshDatabase } from '../../support/database.ts';
import { count, done, Market, outcomeOf, secrets } from '../../support/market.ts';

/** Who may have what, and when: at the instants where it turns. */

let database: Database;
let market: Market;
let tests = 0;
let cup: string;
let driver: string;

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  tests += 1;
  cup = `cup-${tests}`;
  driver = `d-${tests}`;
  market = new Market(database);
  await market.earn(driver, 1000);
  await market.offer(cup);
  await market.stock(cup, 5, 's-1');
});

const reserveOutcome = async (key: string) => outcomeOf(await market.reserve(driver, cup, key));
const setClock = (time: string) => {
  market.now = instantOf(time);
};

describe('a limit by the month', () => {
  beforeEach(() => market.offer(cup, { perDriverMonthlyLimit: 1 }));

  it('is that of the reservation, whenever it is confirmed', async () => {
    setClock('2026-03-31T23:59:59.999+08:00');
    const held = await market.reserved(driver, cup, 'march');
    expect(await market.reserve(driver, cup, 'march-2')).toEqual({
      refusal: 'limit-reached',
      limit: 1,
      month: '2026-03',
    });
    setClock('2026-04-01T00:00:00+08:00');
    done(await market.scan(held));
    expect(await reserveOutcome('april')).toBe('reserved');
    expect(await reserveOutcome('april-2')).toBe('limit-reached');
  });

  it('does not count what was cancelled', async () => {
    const held = await market.reserved(driver, cup, 'k-1');
    expect(await reserveOutcome('k-2')).toBe('limit-reached');
    done(await market.cancel(held));
    expect(await reserveOutcome('k-2')).toBe('reserved');
  });

  it('does not count what has expired, swept or not', async () => {
    await market.reserved(driver, cup, 'k-1');
    market.now += hourMs - 1;
    expect(await reserveOutcome('k-2')).toBe('limit-reached');
    market.now += 1;
    expect(await reserveOutcome('k-2')).toBe('reserved');
  });

  it('counts what was returned', async () => {
    const held = await market.reserved(driver, cup, 'k-1');
    done(await market.scan(held));
    done(await market.giveBack(held));
    expect(await reserveOutcome('k-2')).toBe('limit-reached');
  });
});

describe('a reward that is called like what every object has', () => {
  it.each(['constructor', 'toString', '__proto__'])('%s: is reserved, limited and given back', async name => {
    await market.offer(name, { perDriverMonthlyLimit: 1 });
    await market.stock(name, 2, 's-1');
    const held = done(await market.reserve(driver, name, 'k-1'));
    expect(outcomeOf(await market.reserve(driver, name, 'k-2'))).toBe('limit-reached');
    expect(await market.wallet(driver)).toMatchObject({ available: 940, reserved: 60 });
    done(await market.cancel(held));
    expect(outcomeOf(await market.reserve(driver, name, 'k-2'))).toBe('reserved');
  });
});

describe('the time in which a reward is on offer', () => {
  const activeFrom = '2026-03-15T10:00:00+08:00';
  const activeTo = '2026-03-20T10:00:00+08:00';
  beforeEach(() => market.offer(cup, { activeFrom, activeTo }));

  it.each([
    ['2026-03-15T09:59:59.999+08:00', 'reward-inactive'],
    ['2026-03-15T02:00:00Z', 'reserved'],
    ['2026-03-20T09:59:59.999+08:00', 'reserved'],
    ['2026-03-20T10:00:00+08:00', 'reward-inactive'],
  ])('at %s: %s', async (time, outcome) => {
    setClock(time);
    expect(await reserveOutcome('k')).toBe(outcome);
  });

  it('is told with the refusal, and holds for reserving alone', async () => {
    setClock('2026-03-20T09:59:00+08:00');
    const held = await market.reserved(driver, cup, 'k');
    setClock(activeTo);
    expect(await market.reserve(driver, cup, 'k-2')).toEqual({
      refusal: 'reward-inactive',
      activeFrom,
      activeTo,
    });
    expect(outcomeOf(await market.scan(held))).toBe('confirmed');
  });
});

describe('terms that are replaced', () => {
  it('do not touch what is reserved', async () => {
    const discount = { percentOff: 20, maxFen: 800, minSpendFen: 1000 };
    await market.offer(cup, { kind: 'discount', discount, subsidyFen: 300 });
    const held = await market.reserved(driver, cup, 'k');
    await market.offer(cup, { points: 10, stockTracked: false, outlets: ['elsewhere'], subsidyFen: 1 });
    expect(outcomeOf(await market.scan(held, { amountFen: 999 }))).toBe('below-min-spend');
    const confirmed = done(await market.scan(held, { amountFen: 3000 }));
    expect(confirmed).toMatchObject({ points: 60, subsidyFen: 300, discount });
    done(await market.giveBack(held));
    expect(await market.stockOf(cup)).toBe(5);
    expect(await market.wallet(driver)).toMatchObject({ available: 1000 });
  });
});

describe('at its very end', () => {
  let held: Redemption;
  beforeEach(async () => {
    held = await market.reserved(driver, cup, 'k');
  });

  it('a reservation is good to the last millisecond, and then for nothing', async () => {
    const expiresAt = instantOf(held.expiresAt);
    expect(expiresAt).toBe(market.now + hourMs);
    market.now = expiresAt;
    expect(await market.scan(held)).toEqual({ refusal: 'redemption-expired', expiresAt: held.expiresAt });
    expect(outcomeOf(await market.cancel(held))).toBe('redemption-expired');
    market.now = expiresAt - 1;
    expect(outcomeOf(await market.scan(held))).toBe('confirmed');
  });

  it('a return is possible for seven days to the millisecond', async () => {
    const { confirmedAt } = done(await market.scan(held)) as Extract<Redemption, { state: 'confirmed' }>;
    market.now += 7 * dayMs + 1;
    expect(await market.giveBack(held)).toEqual({ refusal: 'return-period-over', confirmedAt, days: 7 });
    market.now -= 1;
    expect(outcomeOf(await market.giveBack(held))).toBe('returned');
    market.now += 30 * dayMs;
    expect(outcomeOf(await market.giveBack(held))).toBe('returned');
    expect(outcomeOf(await market.giveBack(held, { requestNo: 'b-2' }))).toBe('already-returned');
  });
});

describe('what is overdue and not written down', () => {
  it('is the driver’s again before anything new is spent, the oldest first', async () => {
    const who = `${driver}-saver`;
    await market.earn(who, 60, undefined, instantOf('2026-02-10T12:00:00+08:00'));
    await market.earn(who, 60);
    await market.reserved(who, cup, 'k-1');
    market.now += hourMs;
    const again = await market.reserved(who, cup, 'k-2');
    expect({ ...again.lots }).toEqual({ '2026-02': 60 });
    expect((await market.wallet(who)).expiring).toEqual([
      { points: 60, expiresAt: '2027-04-01T00:00:00+08:00' },
    ]);
  });

  it('is in the stock that is shown', async () => {
    const shown = async () => done(await readReward(database, cup, market.now)).stock;
    for (const key of ['k-1', 'k-2', 'k-3', 'k-4', 'k-5']) await market.reserved(driver, cup, key);
    market.now += hourMs - 1;
    expect(await shown()).toBe(0);
    market.now += 1;
    expect(await shown()).toBe(5);
    await market.sweepHolds();
    expect(await shown()).toBe(5);
  });

  it('is freed where points and stock are both wanting', async () => {
    const other = `${driver}-other`;
    await market.earn(other, 500);
    await market.offer('single');
    await market.stock('single', 1, 's-1');
    await market.reserved(other, 'single', 'k');
    await market.offer('dear', { points: 1000, stockTracked: false });
    await market.reserved(driver, 'dear', 'k');
    market.now += hourMs;
    expect(outcomeOf(await market.reserve(driver, 'single', 'k-2'))).toBe('reserved');
  });
});

describe('a code', () => {
  it('stands in nothing that is stored', async () => {
    const held = await market.reserved(driver, cup, 'k');
    const item = JSON.stringify(await readRedemptionItem(database, held.redemptionId));
    expect(item).toContain(held.redemptionId);
    expect(item).not.toContain(market.codeOf(held).slice(1));
  });

  it('of an old key is confirmed under a new one, and its request still known', async () => {
    const held = await market.reserved(driver, cup, 'k');
    market.codes = codesFrom({ current: '2', ...secrets });
    expect(await market.reserve(driver, cup, 'k')).toEqual(held);
    expect(market.codeOf(held)).toMatch(/^1/);
    expect(market.codeOf(await market.reserved(driver, cup, 'k-2'))).toMatch(/^2/);
    expect(outcomeOf(await market.scan(held))).toBe('confirmed');
    expect(await market.stockOf(cup)).toBe(3);
  });
});

describe('guessing', () => {
  const guess = async () =>
    outcomeOf(await market.scanCode('1000000000', { merchantId: `guesser-${tests}` }));
  const guesses = (times: number) => Promise.all(Array.from({ length: times }, guess));

  it('is slowed after ten unknown codes, however many come at once, and says for how long', async () => {
    expect(count(await guesses(40))).toEqual({ 'code-unknown': 10, 'slow-down': 30 });
    market.now += 4 * minuteMs;
    expect(await market.scanCode('no code', { merchantId: `guesser-${tests}` })).toEqual({
      refusal: 'slow-down',
      retryAfterSeconds: 360,
    });
    expect(outcomeOf(await market.scanCode('1000000000', { merchantId: 'somebody-else' }))).toBe(
      'code-unknown',
    );
  });

  it('shuts nobody out: a right code passes, and ten minutes later all is forgotten', async () => {
    const merchantId = `guesser-${tests}`;
    await market.offer(cup, { outlets: [merchantId] });
    const held = await market.reserved(driver, cup, 'k');
    await guesses(11);
    expect(outcomeOf(await market.scan(held, { merchantId }))).toBe('confirmed');
    market.now += 10 * minuteMs - 1;
    expect(await guess()).toBe('slow-down');
    market.now += 1;
    expect(count(await guesses(11))).toEqual({ 'code-unknown': 10, 'slow-down': 1 });
  });

  it('is slowed anew where the clock was set back', async () => {
    await guesses(11);
    market.now -= dayMs;
    expect(count(await guesses(11))).toEqual({ 'code-unknown': 10, 'slow-down': 1 });
  });
});

describe('a repeat', () => {
  it('finds the same redemption, and another reward under its key is refused', async () => {
    const held = await market.reserved(driver, cup, 'k');
    await market.offer('other', { stockTracked: false });
    expect(await market.reserve(driver, 'other', 'k')).toEqual({
      refusal: 'idempotency-key-reused',
      redemptionId: held.redemptionId,
    });
    done(await market.cancel(held));
    const again = await market.reserved(driver, cup, 'k');
    expect(again).toMatchObject({ redemptionId: held.redemptionId, state: 'cancelled' });
    expect(toLocalIso(market.now)).toBe(again.reservedAt);
  });

  it('of a refusal is a new wish', async () => {
    const poor = `${driver}-poor`;
    await market.earn(poor, 10);
    expect(outcomeOf(await market.reserve(poor, cup, 'k'))).toBe('insufficient-points');
    await market.earn(poor, 50);
    expect(outcomeOf(await market.reserve(poor, cup, 'k'))).toBe('reserved');
  });
});
