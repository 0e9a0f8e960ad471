import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/dynamo/client.ts';
import type { Refusal } from '../../../shared/kernel/refusal.ts';
import { dayMs, hourMs } from '../../../shared/kernel/time.ts';
import type { RewardBody } from '../../../shared/redemptions/contract/rewards.ts';
import type { Redemption } from '../../../shared/redemptions/rules/redemption.ts';
import { codesFrom } from '../../../shared/redemptions/store/codes.ts';
import { expireRedemption } from '../../../shared/redemptions/use-cases/expire.ts';
import { freshDatabase } from '../../support/database.ts';
import { intercept } from '../../support/faults.ts';
import { Market, outcomeOf, secrets } from '../../support/market.ts';

/** By the meter: indexes and refused writes are in. Budgets are DESIGN's, floors and all. */

const small: Partial<RewardBody> = {};
/** As large as terms get: fifty outlets, and everything that can be said of a discount. */
const large: Partial<RewardBody> = {
  kind: 'discount',
  outlets: ['station-east', ...Array.from({ length: 49 }, (_, n) => `noodles-of-the-north-${n}`)],
  discount: { percentOff: 20, maxFen: 50_000, minSpendFen: 100 },
  subsidyFen: 1500,
  perDriverMonthlyLimit: 100,
};

let database: Database;
let market: Market;
let tests = 0;
/** With points of six months, of which a reservation takes three lots; the first act of a new month is to come. */
let driver: string;

beforeAll(async () => {
  database = await freshDatabase();
  market = new Market(database);
  market.codes = codesFrom({ current: '1', 1: secrets[1] });
});

async function writeUnitsOf(work: () => Promise<unknown>): Promise<number> {
  database.meter.reset();
  await work();
  return database.meter.total().writeUnits;
}

describe.each([
  ['goods at one station', small],
  ['a discount at fifty outlets', large],
])('of %s', (_, terms) => {
  beforeEach(async () => {
    tests += 1;
    driver = `3f0c1f2e-8a41-4a51-9b1f-6a0de1f0${String(tests).padStart(4, '0')}`;
    const now = market.now;
    for (let month = 12; month > 0; month -= 2) {
      market.now = now - month * 30 * dayMs;
      await market.earn(driver, 20);
    }
    market.now = now;
    await market.offer('cup', terms);
    await market.stock('cup', 1, `s-${tests}`);
  });
  const amountFen = 30_000;

  it('a reservation is at most 11, and a repeat of it nothing', async () => {
    expect(await writeUnitsOf(() => market.reserved(driver, 'cup', 'k'))).toBeLessThanOrEqual(11);
    expect(await writeUnitsOf(() => market.reserved(driver, 'cup', 'k'))).toBe(0);
    expect(await writeUnitsOf(() => market.reserve(driver, 'nothing', 'k-2'))).toBe(0);
  });

  it('a confirmation is at most 3, and whatever stands against it 1', async () => {
    const held = await market.reserved(driver, 'cup', 'k');
    expect(await writeUnitsOf(() => market.scan(held, { amountFen }))).toBeLessThanOrEqual(3);
    expect(await writeUnitsOf(() => market.scan(held, { amountFen }))).toBe(1);
    expect(await writeUnitsOf(() => market.scan(held, { amountFen, requestNo: 'r-2' }))).toBe(1);
  });

  it('a cancellation is at most 10, and a repeat of it nothing', async () => {
    const held = await market.reserved(driver, 'cup', 'k');
    expect(await writeUnitsOf(() => market.cancel(held))).toBeLessThanOrEqual(10);
    expect(await writeUnitsOf(() => market.cancel(held))).toBe(0);
  });

  it('an expiry is no more than a cancellation, and a return two more where the redemption is large', async () => {
    const held = await market.reserved(driver, 'cup', 'k-1');
    const expire = () => expireRedemption(market.portsAt(market.now + hourMs), held.redemptionId);
    expect(await writeUnitsOf(expire)).toBeLessThanOrEqual(10);
    expect(await writeUnitsOf(expire)).toBe(0);
    const bought = await market.reserved(driver, 'cup', 'k-2');
    await market.scan(bought, { amountFen });
    const most = terms === large ? 12 : 10;
    expect(await writeUnitsOf(() => market.giveBack(bought))).toBeLessThanOrEqual(most);
    expect(await writeUnitsOf(() => market.giveBack(bought))).toBe(0);
  });
});

describe('what is refused', () => {
  beforeEach(async () => {
    tests += 1;
    driver = `d-${tests}`;
    await market.earn(driver, 100);
    await market.offer('cup', small);
  });

  it('by a rule that is known before writing costs nothing', async () => {
    await market.earn('d-poor', 10);
    expect(await writeUnitsOf(() => market.reserve('d-poor', 'cup', 'k'))).toBe(0);
  });

  it('for want of stock costs the four writes that were tried', async () => {
    await market.offer('none-left');
    const outcome = await costAndOutcome(() => market.reserve(driver, 'none-left', 'k'));
    expect(outcome).toEqual(['out-of-stock', 8]);
  });

  it('as a lost race costs as much again', async () => {
    await market.stock('cup', 1, `s-${tests}`);
    let moved = false;
    const stop = intercept(database, async ({ command }, proceed) => {
      if (command === 'TransactWriteItemsCommand' && !moved) {
        moved = true;
        await market.earn(driver, 1);
        database.meter.reset();
      }
      return proceed();
    });
    const outcome = await costAndOutcome(() => market.reserve(driver, 'cup', 'k'));
    stop();
    expect(outcome).toEqual(['reserved', 8 + 11]);
  });

  it('as an unknown code costs the write and the count', async () => {
    const guess = () => costAndOutcome(() => market.scanCode('1000000000', { merchantId: 'guesser' }));
    expect(await guess()).toEqual(['code-unknown', 2]);
    expect(await guess()).toEqual(['code-unknown', 2]);
  });
});

describe('a wallet', () => {
  const readUnitsOf = async () => {
    database.meter.reset();
    await market.wallet(driver);
    return database.meter.total().readUnits;
  };

  it('is 3 read units and a half for each redemption lately, and where holds are open 1 more and 2 for each', async () => {
    tests += 1;
    driver = `d-${tests}`;
    await market.earn(driver, 1000);
    await market.offer('cup', { stockTracked: false });
    const costs = [await readUnitsOf()];
    for (const requestNo of ['r-1', 'r-2', 'r-3', 'r-4'])
      await market.scan(await market.reserved(driver, 'cup', requestNo), { requestNo });
    costs.push(await readUnitsOf());
    for (const key of ['k-1', 'k-2']) await market.reserved(driver, 'cup', key);
    costs.push(await readUnitsOf());
    expect(costs).toEqual([3, 5, 11]);
  });
});

async function costAndOutcome(work: () => Promise<Redemption | Refusal>): Promise<[string, number]> {
  database.meter.reset();
  const outcome = outcomeOf(await work());
  return [outcome, database.meter.total().writeUnits];
}
