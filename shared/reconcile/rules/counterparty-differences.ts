import { type Instant, instantOf } from '../../kernel/time.ts';
import type { Entry } from '../../ledger/rules/entry.ts';

/** Sums that grow page by page, by name; those of two pages are added up place by place. */
export type Sums = Readonly<Record<string, readonly number[]>>;

/** The ledger has not given to a counterparty just what the drivers' histories have from it. */
export interface CounterpartyDifference {
  readonly difference: 'counterparty-differs';
  readonly counterparty: string;
  readonly ledger: CounterpartySum;
  readonly drivers: CounterpartySum;
}

export interface CounterpartySum {
  readonly entries: number;
  readonly points: number;
}

/** Where a sum was taken: over the whole ledger, or driver by driver. */
const sides = ['ledger', 'drivers'] as const;
export type Side = (typeof sides)[number];

export function added(sums: Sums, more: Sums): Sums {
  const all: Record<string, readonly number[]> = { ...sums };
  for (const [name, values] of Object.entries(more)) {
    const before = all[name] ?? [];
    all[name] = values.map((value, place) => value + (before[place] ?? 0));
  }
  return all;
}

/**
 * What these entries exchange with each counterparty. Only what was recorded up to the cutoff counts, so that both
 * sides see the same entries while more come in.
 */
export function counterpartySums(
  side: Side,
  entries: readonly Pick<Entry, 'counterparty' | 'points' | 'recordedAt'>[],
  cutoff: Instant,
): Sums {
  return entries
    .filter(entry => instantOf(entry.recordedAt) <= cutoff)
    .reduce<Sums>(
      (sums, { counterparty, points }) => added(sums, { [`${side}|${counterparty}`]: [1, points] }),
      {},
    );
}

/**
 * Every entry takes from its counterparty what it gives to its driver, so over everything the points sum to zero.
 * That holds where both sides have the same entries: an entry of nobody, or one that the index has lost, shows here.
 */
export function counterpartyDifferences(sums: Sums): CounterpartyDifference[] {
  const names = Object.keys(sums)
    .filter(name => sides.some(side => name.startsWith(`${side}|`)))
    .map(name => name.slice(name.indexOf('|') + 1));
  return [...new Set(names)].sort().flatMap(counterparty => {
    const ledger = sumOf(sums, 'ledger', counterparty);
    const drivers = sumOf(sums, 'drivers', counterparty);
    const same = ledger.entries === drivers.entries && ledger.points === drivers.points;
    return same ? [] : [{ difference: 'counterparty-differs', counterparty, ledger, drivers }];
  });
}

function sumOf(sums: Sums, side: Side, counterparty: string): CounterpartySum {
  const [entries = 0, points = 0] = sums[`${side}|${counterparty}`] ?? [];
  return { entries, points };
}
