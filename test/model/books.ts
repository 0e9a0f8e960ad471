import { expect } from 'vitest';
import type { Entry } from '../../shared/ledger/rules/entry.ts';
import { isConfirmed } from '../../shared/redemptions/rules/redemption.ts';
import { monthAt } from './points.ts';
import type { Real } from './real.ts';
import { type Hold, settlementOf, type World } from './world.ts';

/** Compares accounts, stock, counterparties and statements with the model, after everything overdue has been swept. */
export async function expectBooks(world: World, real: Real): Promise<void> {
  const entries: Entry[] = [];
  let balances = 0;
  for (const { name, purse, earned } of world.drivers) {
    const books = await real.market.booksOf(name);
    const { lots, debt, balance, redeemed, expired } = books.account;
    expect({ ...lots }).toEqual(Object.fromEntries(purse.lots));
    expect({ debt, balance, expired, earned: books.account.earned }).toEqual({
      debt: purse.debt,
      balance: purse.available,
      expired: purse.expired,
      earned,
    });
    entries.push(...books.entries);
    balances += balance;
    expect(redeemed).toBe(earned - balance - expired);
  }
  for (const hold of world.holds) await real.expectHold(world, hold);
  for (const reward of world.rewards) {
    expect(await real.market.stockOf(reward.name)).toBe(world.stockOf(reward));
  }
  expectCounterparties(world, entries, balances);
  await expectStatements(world, real, entries);
}

/** What drivers have, counterparties have given, so all points together sum to zero. */
function expectCounterparties(world: World, entries: readonly Entry[], balances: number): void {
  const given: Record<string, number> = {};
  for (const { counterparty, points } of entries) given[counterparty] = (given[counterparty] ?? 0) - points;
  const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
  const expected: Record<string, number> = {
    'issuance#rides': 0 - sumOf(world.drivers.map(({ earned }) => earned)),
    ...Object.fromEntries(
      world.rewards.map(reward => {
        const kept = world.holds.filter(hold => hold.reward === reward && hold.state === 'confirmed');
        return [`reward#${reward.name}`, sumOf(kept.map(({ terms }) => terms.points))];
      }),
    ),
    expiry: sumOf(world.drivers.map(({ purse }) => purse.expired)),
  };
  for (const counterparty of new Set([...Object.keys(given), ...Object.keys(expected)])) {
    expect([counterparty, given[counterparty] ?? 0]).toEqual([counterparty, expected[counterparty] ?? 0]);
  }
  expect(balances + sumOf(Object.values(given))).toBe(0);
}

/** Statements have one line per confirmation and one per return, which match the redemption and refund entries. */
async function expectStatements(world: World, real: Real, entries: readonly Entry[]): Promise<void> {
  const confirmed = Map.groupBy(
    confirmedHolds(world),
    keyOf(({ confirmation }) => confirmation?.at ?? 0),
  );
  const returned = Map.groupBy(
    confirmedHolds(world).filter(({ comeBack }) => comeBack),
    keyOf(({ comeBack }) => comeBack?.at ?? 0),
  );
  const totals = { confirmed: 0, returned: 0 };
  for (const key of new Set([...confirmed.keys(), ...returned.keys()])) {
    const [merchantId = '', month = ''] = key.split('#');
    const statement = await real.market.statement(merchantId, month);
    const inKey = confirmed.get(key) ?? [];
    const back = returned.get(key) ?? [];
    const net = (of: (hold: Hold) => number) =>
      inKey.reduce((sum, hold) => sum + of(hold), 0) - back.reduce((sum, hold) => sum + of(hold), 0);
    expect(statement).toMatchObject({
      confirmed: inKey.length,
      returned: back.length,
      discountFen: net(hold => settlementOf(hold).discountFen),
      subsidyFen: net(hold => settlementOf(hold).subsidyFen),
    });
    totals.confirmed += statement.items.filter(({ kind }) => kind === 'confirmed').length;
    totals.returned += statement.items.filter(({ kind }) => kind === 'returned').length;
  }
  const refunds = entries.filter(entry => entry.kind === 'refund');
  const returns = refunds.filter(({ cause }) => cause === 'returned');
  const taken = entries.filter(({ kind }) => kind === 'redemption');
  expect(totals).toEqual({
    confirmed: taken.length - (refunds.length - returns.length),
    returned: returns.length,
  });
  const stored = await Promise.all(real.redemptions.map(redemption => real.market.read(redemption)));
  expect(totals).toEqual({
    confirmed: stored.filter(isConfirmed).length,
    returned: stored.filter(({ state }) => state === 'returned').length,
  });
}

function confirmedHolds(world: World): Hold[] {
  return world.holds.filter(({ confirmation }) => confirmation);
}

function keyOf(instantOf: (hold: Hold) => number) {
  return (hold: Hold) => `${hold.confirmation?.merchant}#${monthAt(instantOf(hold))}`;
}
