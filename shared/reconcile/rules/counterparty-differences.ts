import { type Instant, instantOf } from '../../kernel/time.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import { addSums, type Sums } from './sums.ts';

/** The ledger as a whole and the drivers' histories disagree on what a counterparty exchanged. */
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

/** Where a sum comes from: a scan of the whole ledger, or the drivers' histories. */
const sides = ['ledger', 'drivers'] as const;
export type Side = (typeof sides)[number];

/**
 * Counts and sums the entries of each counterparty. It ignores entries recorded after the cutoff, so that both sides see
 * the same entries while new ones arrive.
 */
export function counterpartySums(
  side: Side,
  entries: readonly Pick<Entry, 'counterparty' | 'points' | 'recordedAt'>[],
  cutoff: Instant,
): Sums {
  return entries
    .filter(entry => instantOf(entry.recordedAt) <= cutoff)
    .reduce<Sums>(
      (sums, { counterparty, points }) => addSums(sums, { [`${side}|${counterparty}`]: [1, points] }),
      {},
    );
}

/**
 * Every entry takes from its counterparty what it gives to its driver, so all points together sum to zero, as long as
 * both sides have the same entries. This comparison finds entries without an account, and entries missing in the index.
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
