import { describe, expect, it } from 'vitest';
import { functionNames } from '../../infra/bundles.ts';
import { freshDatabase } from '../support/database.ts';
import { countAwards } from './counted/awards.ts';
import {
  awardBudgets,
  type Budget,
  buildBudgets,
  bundleBytesMax,
  overBudget,
  redemptionBudgets,
} from './counted/budgets.ts';
import { weighBundles } from './counted/bundles.ts';
import { dollarsOf } from './counted/dollars.ts';
import { lookAt } from './counted/looks.ts';
import { countRankings } from './counted/rankings.ts';
import { countRedemptions } from './counted/redemptions.ts';
import type { Result } from './report/result.ts';
import { costOf } from './support/cost.ts';
import { loadCity } from './support/load-city.ts';
import { close, refresh, simulateClose, simulateRefresh } from './support/simulated-ranking.ts';

const step = () => {};

function rowsOf({ tables }: Result, table = 0) {
  return tables[table]?.rows ?? [];
}

/** Budgets as the rows of a counted table. */
function asRows(budgets: Readonly<Record<string, Budget>>) {
  return Object.entries(budgets).map(([what, { writeUnits, readUnits, requests }]) => [
    what,
    writeUnits,
    readUnits,
    requests,
  ]);
}

describe('the counted costs', () => {
  it('of awards, redemptions and ranking reads equal their budgets, and so do the dollars they make', async () => {
    const awards = await countAwards(await freshDatabase(), { step });
    expect(rowsOf(awards)).toEqual(asRows(awardBudgets));
    const redemptions = await countRedemptions(await freshDatabase(), { step });
    expect(rowsOf(redemptions)).toEqual(asRows(redemptionBudgets));
    const dollars = dollarsOf(awards, redemptions, await lookAt(await freshDatabase(), 1000));
    expect(rowsOf(dollars).map(row => [row[0], row.at(-1)])).toEqual([
      ['awards, quiet: one event per request and batch', '17.93'],
      ['awards, busy: one event per request, full batches', '9.07'],
      ['awards, bulk: 100 events per request', '5.25'],
      ['redemptions (reserve and confirm), quiet', '25.17'],
      ['redemptions (reserve and confirm), busy', '16.13'],
      ['ranking pages of 50', '5.90'],
      ['own ranks with neighbours', '2.74'],
    ]);
  });

  it('of rankings equal their budgets in the smallest city', async () => {
    const counted = await countRankings(freshDatabase, [1000], { step });
    expect(counted.overBudget).toEqual([]);
    const { refresh, close } = buildBudgets;
    const [, refreshRru, refreshWru, refreshRequests, , closeRru, closeWru, closeRequests] =
      rowsOf(counted, 1)[0] ?? [];
    expect([refreshWru, refreshRru, refreshRequests]).toEqual(Object.values(refresh));
    expect([closeWru, closeRru, closeRequests]).toEqual(Object.values(close));
    expect(rowsOf(counted)).toEqual([[1000, 1, 1, 51, 2, 1, 1, 3.5, 3]]);
  });

  it('of every function bundle stay below the limit', async () => {
    const bundles = await weighBundles();
    expect(bundles.map(({ name }) => name).sort()).toEqual(functionNames().sort());
    for (const { name, bytes } of bundles) expect(bytes, name).toBeLessThanOrEqual(bundleBytesMax);
  });
});

describe('a budget check', () => {
  const cost = { writeUnits: 6, readUnits: 2, requests: 2 };

  it('passes a cost that equals its budget', () => {
    expect(overBudget([['one award', cost]], awardBudgets)).toEqual([]);
  });

  it('names each unit above its budget', () => {
    expect(overBudget([['one award', { ...cost, writeUnits: 7, requests: 3 }]], awardBudgets)).toEqual([
      'one award: 7 WRU, allowed 6',
      'one award: 3 requests, allowed 2',
    ]);
  });

  it('reports an operation without a budget', () => {
    expect(overBudget([['something new', cost]], awardBudgets)).toEqual(['something new has no budget']);
  });
});

describe('the calculated cost of a ranking', () => {
  const drivers = 40;

  it.each([
    ['refresh', refresh, simulateRefresh],
    ['close', close, simulateClose],
  ])('equals what the real engine charges: %s', async (_, build, simulate) => {
    const database = await freshDatabase();
    await loadCity(database, drivers);
    const real = await costOf(database, () => build(database));
    const { boardUnits, ...calculated } = await simulate(drivers);
    expect(boardUnits).toBeGreaterThan(0);
    expect(boardUnits).toBeLessThan(calculated.writeUnits);
    expect(calculated).toEqual({ ...real, readUnits: expect.any(Number) });
    // The engine decides which of the eight scan segments a driver is in, and each segment rounds up on its own.
    expect(Math.abs(calculated.readUnits - real.readUnits)).toBeLessThanOrEqual(8);
  });
});
