import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/dynamo/client.ts';
import { type Fragment, transact } from '../../../shared/dynamo/transaction.ts';
import { instantOf, minuteMs, monthOf, toLocalIso } from '../../../shared/kernel/time.ts';
import { type Redemption, type Step, steps } from '../../../shared/redemptions/rules/redemption.ts';
import { possibleHolds } from '../../../shared/redemptions/store/driver-redemptions.ts';
import { overdueHolds, overdueHoldsOf } from '../../../shared/redemptions/store/due-holds.ts';
import {
  confirmRedemption,
  dueShardOf,
  endRedemption,
  merchantMonthKey,
  putReservation,
  readRedemption,
  readRedemptionItem,
} from '../../../shared/redemptions/store/redemptions.ts';
import { replaceTerms } from '../../../shared/redemptions/store/rewards.ts';
import {
  adjustStock,
  giveBackToStock,
  putVersionInForce,
  readStocks,
  takeFromStock,
} from '../../../shared/redemptions/store/stock.ts';
import { freshDatabase } from '../../support/database.ts';
import { intercept, named } from '../../support/faults.ts';
import { reserved, terms } from '../../support/given-redemptions.ts';

/** Each condition by itself: what it lets through, and what not, at its edges. */

const before = instantOf('2026-03-11T11:59:59.999+08:00');
const due = instantOf('2026-03-11T12:00:00.000+08:00');
let database: Database;
let number = 0;
beforeAll(async () => {
  database = await freshDatabase();
});

async function outcomeOf<R>(fragment: Fragment<R>) {
  const outcome = await transact(database, [fragment]);
  return outcome.done ? 'done' : outcome.failure;
}

/** A reservation of its own, in the table. */
async function stored(changes: Parameters<typeof reserved>[0] = {}) {
  number += 1;
  const redemption = reserved({ redemptionId: `r-${number}`, ...changes });
  expect(await outcomeOf(putReservation(database, redemption))).toBe('done');
  return redemption;
}

const scan = { merchantId: 'station-east', outletMark: 'mark-east', requestNo: 'till-1' };
const confirm = (redemption: Redemption, now: number, changes: object = {}) =>
  confirmRedemption(database, redemption.redemptionId, { ...scan, ...changes }, now);
const verdictOf = async (...parameters: Parameters<typeof confirm>) => (await confirm(...parameters)).verdict;
const end = (redemption: Redemption, step: Step, now: number) =>
  outcomeOf(endRedemption(database, redemption, step, { cancelledAt: 'then', returnedAt: 'then' }, now));
const stateOf = async ({ redemptionId }: Redemption) =>
  (await readRedemptionItem(database, redemptionId))?.state;

describe('a reservation', () => {
  it('is written once', async () => {
    const redemption = await stored();
    expect(await outcomeOf(putReservation(database, redemption))).toBe('stale');
  });

  it('is cancelled while it is reserved, and before its time is over', async () => {
    const [late, free] = [await stored(), await stored()];
    expect(await end(late, steps.cancel, due)).toBe('stale');
    expect(await end(free, steps.cancel, before)).toBe('done');
    expect(await end(free, steps.cancel, before)).toBe('stale');
  });

  it('expires while it is reserved, and once its time is over', async () => {
    const [early, free] = [await stored(), await stored()];
    expect(await end(early, steps.expire, before)).toBe('stale');
    expect(await end(free, steps.expire, due)).toBe('done');
    expect(await end(free, steps.expire, due)).toBe('stale');
  });

  it('is returned once it is confirmed', async () => {
    const redemption = await stored();
    expect(await end(redemption, steps.return, before)).toBe('stale');
    await confirm(redemption, before);
    expect(await end(redemption, steps.return, due)).toBe('done');
    expect(await end(redemption, steps.return, due)).toBe('stale');
  });
});

describe('a scan', () => {
  it('confirms before the instant of expiry, once', async () => {
    const [late, free] = [await stored(), await stored()];
    expect(await verdictOf(late, due)).toMatchObject({ refusal: 'redemption-expired' });
    expect(await stateOf(late)).toBe('reserved');
    const first = await confirm(free, before);
    expect(first).toMatchObject({ verdict: 'due', redemption: { state: 'confirmed', requestNo: 'till-1' } });
    expect(await confirm(free, before)).toEqual({ verdict: 'repeat', redemption: first.redemption });
    expect(await verdictOf(free, before, { requestNo: 'till-2' })).toMatchObject({
      refusal: 'already-confirmed',
    });
  });

  it('confirms at the outlets that are named', async () => {
    const redemption = await stored();
    expect(await verdictOf(redemption, before, { outletMark: 'mark-north' })).toEqual({
      refusal: 'code-unknown',
    });
    expect(await stateOf(redemption)).toBe('reserved');
  });

  it('confirms a discount for enough that is spent', async () => {
    const discount = { amountFen: 500, minSpendFen: 3000 };
    const [enough, little] = [await stored({ discount }), await stored({ discount })];
    expect(await verdictOf(enough, before, { amountFen: 3000 })).toBe('due');
    expect(await verdictOf(little, before, { amountFen: 2999 })).toMatchObject({
      refusal: 'below-min-spend',
    });
    expect(await verdictOf(little, before)).toMatchObject({ refusal: 'invalid' });
    expect(await stateOf(little)).toBe('reserved');
    const small = await stored({ discount: { amountFen: 500 } });
    expect(await verdictOf(small, before, { amountFen: 0 })).toBe('due');
  });

  it('is tried again where another transaction holds the redemption, and gives up in the end', async () => {
    const redemption = await stored();
    let conflicts = 0;
    const stop = intercept(database, async ({ command }, proceed) => {
      if (command !== 'UpdateItemCommand' || conflicts >= 3) return proceed();
      conflicts += 1;
      throw named('TransactionConflictException');
    });
    expect(await verdictOf(redemption, before)).toBe('due');
    conflicts = Number.NEGATIVE_INFINITY;
    await expect(confirm(redemption, before)).rejects.toThrow('TransactionConflictException');
    stop();
  });

  it('stands in the local month', async () => {
    const redemption = await stored({ expiresAt: '2026-04-02T00:00:00.000+08:00' });
    const night = instantOf('2026-03-31T16:00:00Z');
    await confirm(redemption, night);
    const { redemptionId } = redemption;
    expect(await readRedemptionItem(database, redemptionId)).toMatchObject({
      confirmedKey: merchantMonthKey('station-east', '2026-04'),
    });
    expect(monthOf(night)).toBe('2026-04');
  });
});

describe('what is due', () => {
  const dueOf = async (now: number) => {
    const holds: string[] = [];
    for await (const { redemptionId } of overdueHolds(database, now)) holds.push(redemptionId);
    return holds;
  };

  it('is all that is reserved at its very instant, of every driver, and of no other once it has ended', async () => {
    database = await freshDatabase();
    const drivers = Array.from({ length: 12 }, (_, index) => `d-${index}`);
    expect(new Set(drivers.map(dueShardOf)).size).toBeGreaterThan(1);
    for (const driverId of drivers) await stored({ redemptionId: `of-${driverId}`, driverId });
    expect(await dueOf(before)).toEqual([]);
    expect((await dueOf(due)).sort()).toEqual(drivers.map(driverId => `of-${driverId}`).sort());
    const [first = ''] = drivers;
    expect((await overdueHoldsOf(database, first, due)).map(({ driverId }) => driverId)).toEqual([first]);
    for (const driverId of drivers) {
      const redemption = await readRedemption(database, `of-${driverId}`);
      if (redemption) await end(redemption, steps.expire, due);
    }
    expect(await dueOf(due)).toEqual([]);
  });

  it('and what may still hold points is what was reserved lately or is overdue, once each', async () => {
    const driverId = 'd-holds';
    // After the shortest month what may still run was reserved before the last one began.
    const now = instantOf('2026-03-01T12:00:00+08:00');
    const daysAgo = (days: number) => toLocalIso(now - days * 24 * 60 * minuteMs);
    const hold = (redemptionId: string, from: number, until: number) =>
      stored({ redemptionId, driverId, reservedAt: daysAgo(from), expiresAt: daysAgo(until) });
    await hold('h-long', 29, -1);
    await hold('h-forgotten', 60, 50);
    await hold('h-both', 2, 1);
    const ids = await possibleHolds(database, driverId, now);
    expect(ids.sort()).toEqual(['h-both', 'h-forgotten', 'h-long']);
  });
});

describe('stock', () => {
  const stockOf = async (rewardId: string) => (await readStocks(database, [rewardId])).get(rewardId)?.stock;
  const adjust = async (rewardId: string, delta: number, requestNo: string) =>
    adjustStock(
      database,
      { rewardId, requestNo, delta, reason: 'x', recordedAt: 'now' },
      (await stockOf(rewardId)) ?? 0,
    );

  it('is taken a piece at a time, while the terms that were read are in force', async () => {
    const cup = terms({ rewardId: 'cup-1' });
    await replaceTerms(database, cup);
    const outOfStock = { refusal: 'out-of-stock', rewardId: 'cup-1', available: 0, needed: 1 };
    expect(await outcomeOf(takeFromStock(database, cup))).toEqual(outOfStock);
    expect(await adjust('cup-1', 1, 'a')).toBe('done');
    expect(await outcomeOf(takeFromStock(database, { ...cup, version: 2 }))).toBe('stale');
    expect(await outcomeOf(takeFromStock(database, cup))).toBe('done');
    expect(await outcomeOf(takeFromStock(database, cup))).toEqual(outOfStock);
    expect(await outcomeOf(takeFromStock(database, { ...cup, version: 2 }))).toBe('stale');
    expect(await outcomeOf(giveBackToStock(database, 'cup-1'))).toBe('done');
    expect(await stockOf('cup-1')).toBe(1);
  });

  it('that is not tracked is nothing, under the terms that were read', async () => {
    const free = terms({ rewardId: 'free', stockTracked: false });
    await replaceTerms(database, free);
    expect(await outcomeOf(takeFromStock(database, free))).toBe('done');
    expect(await outcomeOf(takeFromStock(database, { ...free, version: 2 }))).toBe('stale');
  });

  it('stays where new terms come into force, each after the one before it', async () => {
    const cup = terms({ rewardId: 'cup-2' });
    const inForce = (version: number) => outcomeOf(putVersionInForce(database, { ...cup, version }));
    expect([await inForce(2), await inForce(1), await inForce(1)]).toEqual(['stale', 'done', 'stale']);
    await adjust('cup-2', 7, 'a');
    expect([await inForce(3), await inForce(2), await inForce(2)]).toEqual(['stale', 'done', 'stale']);
    expect(await stockOf('cup-2')).toBe(7);
  });

  it('is adjusted once for each request number, and never below zero', async () => {
    await replaceTerms(database, terms({ rewardId: 'cup-3' }));
    const outOfStock = { refusal: 'out-of-stock', rewardId: 'cup-3', available: 5, needed: 6 };
    expect([await adjust('cup-3', 5, 'a'), await adjust('cup-3', 5, 'a')]).toEqual(['done', 'repeat']);
    expect(await adjust('cup-3', -6, 'b')).toEqual(outOfStock);
    expect(await adjust('cup-3', -5, 'c')).toBe('done');
    expect(await stockOf('cup-3')).toBe(0);
    expect(await adjust('cup-3', 3, 'd')).toBe('done');
    expect(await stockOf('cup-3')).toBe(3);
  });

  it('is not adjusted if it changed since it was read', async () => {
    await replaceTerms(database, terms({ rewardId: 'cup-4' }));
    const adjustment = { rewardId: 'cup-4', delta: 5, requestNo: 'a', reason: 'x', recordedAt: 'now' };
    expect(await adjustStock(database, adjustment, 1)).toBe('stale');
    expect(await stockOf('cup-4')).toBe(0);
  });
});
