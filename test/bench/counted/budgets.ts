import type { Cost } from '../support/cost.ts';

/** WRU and RRU: DynamoDB write and read request units. One WRU writes 1 kB, one RRU reads 4 kB consistently. */
export interface Budget {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly requests: number;
}

const budget = (writeUnits: number, readUnits: number, requests: number): Budget => ({
  writeUnits,
  readUnits,
  requests,
});

/**
 * What each operation may cost on the tables, with all indexes. `npm test` asserts that it costs exactly this, and
 * `npm run bench` fails above it. Change a figure here only on purpose, and say why in the commit.
 */
export const awardBudgets = {
  'first event of an unregistered driver': budget(8, 3, 3),
  'one award': budget(6, 2, 2),
  'each of 2 awards to one driver in a batch': budget(4.5, 1.5, 1),
  'each of 5 awards to one driver in a batch': budget(3.6, 1.2, 0.4),
  'each of 10 awards to one driver in a batch': budget(3.3, 1.1, 0.2),
  'each of 10 deliveries, 2 of them repeats': budget(2.7, 1.1, 0.2),
  'a repeated event, at any age': budget(0, 2, 1),
  'a known event with different content': budget(1, 2, 2),
  'an award with photos': budget(7, 3, 4),
  'an award for a past month': budget(8, 3, 2),
} as const satisfies Record<string, Budget>;

export const redemptionBudgets = {
  reserve: budget(11, 4.5, 5),
  'reserve, same idempotency key': budget(0, 1, 1),
  confirm: budget(3, 0, 1),
  'confirm, same scan': budget(1, 0, 1),
  'confirm, unknown code': budget(2, 1, 3),
  return: budget(10, 5, 5),
  cancel: budget(10, 5, 5),
  'cancel, repeated': budget(0, 5, 4),
  expire: budget(10, 5, 5),
  'reserve, rejected: out of stock': budget(8, 6.5, 9),
  'reserve, rejected: too few points': budget(0, 4.5, 4),
} as const satisfies Record<string, Budget>;

/** The same at 1,000 and at 1,000,000 drivers. */
export const readBudgets = {
  'page of 100': budget(0, 1, 1),
  'page of 100 with names': budget(0, 51, 2),
  'page of 50 with names': budget(0, 26, 2),
  'own rank': budget(0, 1, 1),
  'own rank with 4 neighbours and names': budget(0, 3.5, 3),
} as const satisfies Record<string, Budget>;

/** For a city of 1,000 drivers, each of them on 4 boards. */
export const buildBudgets = {
  refresh: budget(108, 63.5, 61),
  close: budget(199, 2161, 1056),
} as const satisfies Record<string, Budget>;

/** WRU for the board blocks of a build, per driver and board, in a city of any size. */
export const boardUnitsMax = 0.06;

export { bundleBytesMax } from '../../../infra/bundles.ts';

/** @returns one sentence for each operation above its budget */
export function overBudget(
  costs: readonly (readonly [what: string, cost: Cost])[],
  budgets: Readonly<Record<string, Budget>>,
): string[] {
  return costs.flatMap(([what, cost]) => {
    const allowed = budgets[what];
    if (!allowed) return [`${what} has no budget`];
    const units = (['writeUnits', 'readUnits', 'requests'] as const).filter(
      unit => cost[unit] > allowed[unit] + 1e-9,
    );
    return units.map(unit => `${what}: ${cost[unit]} ${names[unit]}, allowed ${allowed[unit]}`);
  });
}

const names = { writeUnits: 'WRU', readUnits: 'RRU', requests: 'requests' } as const;
