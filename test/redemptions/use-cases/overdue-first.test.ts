import { beforeAll, describe, expect, it } from 'vitest';
import { approveAdjustment, proposeAdjustment } from '../../../shared/adjustments/use-cases/adjustments.ts';
import { reverseAward } from '../../../shared/awards/use-cases/receipts.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { registerDriver } from '../../../shared/people/use-cases/drivers.ts';
import { freshDatabase } from '../../support/database.ts';
import { done, Market } from '../../support/market.ts';

/**
 * By the clock an overdue hold is the driver's again, swept or not. So whatever takes points or pays a debt comes to the
 * same, whether or not the sweep has come by before.
 */

let database: Database;

beforeAll(async () => {
  database = await freshDatabase();
});

async function marketWith(rewardId: string): Promise<Market> {
  const market = new Market(database);
  await market.offer(rewardId, { points: 50, stockTracked: false });
  return market;
}

/** Points of three months; those of the first are in a hold, those of the second are spent; then an hour goes by. */
async function heldAndSpent(driver: string, rewardId: string): Promise<Market> {
  const market = await marketWith(rewardId);
  market.now = instantOf('2026-03-10T08:00:00+08:00');
  for (const [month, event] of [
    ['2026-01', 'jan'],
    ['2026-02', 'feb'],
  ] as const) {
    await market.earn(driver, 50, `${driver}-${event}`, instantOf(`${month}-20T12:00:00+08:00`));
  }
  const held = await market.reserved(driver, rewardId, `${driver}-held`);
  expect(held.lots).toEqual({ '2026-01': 50 });
  done(await market.scan(await market.reserved(driver, rewardId, `${driver}-spent`)));
  await market.earn(driver, 50, `${driver}-mar`);
  market.now = instantOf('2026-03-10T09:00:00+08:00');
  return market;
}

const reverse = (market: Market, eventId: string) =>
  reverseAward(database, () => market.now, 'rides', eventId, 'was not there');

describe.each([['swept'], ['not swept']])('where an overdue hold is %s', swept => {
  const name = swept.replace(' ', '-');
  const sweep = async (market: Market) => {
    if (swept === 'swept') await market.sweepHolds();
  };

  it('a reversal takes the oldest points, those of the hold', async () => {
    const driver = `d-reversal-${name}`;
    const market = await heldAndSpent(driver, `cup-reversal-${name}`);
    await sweep(market);
    done(await reverse(market, `${driver}-feb`));
    expect((await market.booksOf(driver)).account.lots).toEqual({ '2026-03': 50 });
  });

  it('an adjustment by hand takes the oldest points too', async () => {
    const driver = `d-adjustment-${name}`;
    const market = await heldAndSpent(driver, `cup-adjustment-${name}`);
    const profile = {
      displayName: '王师傅',
      occupation: 'courier',
      district: 'donghu',
      publishConsent: true,
    };
    done(await registerDriver(database, driver, { ...profile, platformId: 'rides' }, undefined));
    await sweep(market);
    const ports = { database, pointsMax: 1000 };
    const body = { driverId: driver, points: -50, reason: 'counted twice', requestNo: driver };
    const { adjustment } = done(await proposeAdjustment(ports, { by: 'o-1', at: market.now }, body));
    done(await approveAdjustment(ports, () => market.now, 'o-2', adjustment.adjustmentId));
    expect((await market.booksOf(driver)).account.lots).toEqual({ '2026-03': 50 });
  });

  it('an award finds the debt paid by the hold', async () => {
    const driver = `d-award-${name}`;
    const market = await heldAndSpent(driver, `cup-award-${name}`);
    market.now = instantOf('2026-03-10T08:30:00+08:00');
    done(await market.reserve(driver, `cup-award-${name}`, `${driver}-second`));
    done(await reverse(market, `${driver}-feb`));
    expect((await market.booksOf(driver)).account.debt).toBe(50);
    market.now = instantOf('2026-03-10T09:00:00+08:00');
    await sweep(market);
    await market.earn(driver, 50, `${driver}-later`);
    const { account } = await market.booksOf(driver);
    expect({ debt: account.debt, lots: account.lots }).toEqual({ debt: 0, lots: { '2026-03': 50 } });
  });

  it('points that have expired in it do not pay a reversal', async () => {
    const driver = `d-expired-${name}`;
    const market = await marketWith(`cup-expired-${name}`);
    market.now = instantOf('2027-01-31T12:00:00+08:00');
    await market.earn(driver, 50, `${driver}-old`, instantOf('2026-12-10T12:00:00+08:00'));
    market.now = instantOf('2027-12-31T23:30:00+08:00');
    await market.earn(driver, 50, `${driver}-new`);
    await market.reserved(driver, `cup-expired-${name}`, `${driver}-held`);
    done(await market.scan(await market.reserved(driver, `cup-expired-${name}`, `${driver}-spent`)));
    market.now = instantOf('2028-01-01T00:31:00+08:00');
    await sweep(market);
    done(await reverse(market, `${driver}-new`));
    expect(await market.wallet(driver)).toMatchObject({ available: -50, earned: 50, spent: 50, expired: 50 });
  });
});
