import { deliveryKinds } from '../kinds/delivery-kinds.ts';
import { wireKinds } from '../kinds/wire-kinds.ts';
import type { Mixture } from '../mixture/play.ts';
import { faultsOf, isEqual, type Results, type Row } from './results.ts';

const kinds: readonly (readonly [name: string, words: string])[] = [
  ...Object.entries(wireKinds).map(([name, { words }]) => [name, words] as const),
  ...Object.entries(deliveryKinds).map(([name, { words }]) => [name, words] as const),
];

/** A column is named by a letter, because the names of all kinds do not fit side by side. */
function letterOf(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

export function legend(): string[][] {
  return kinds.map(([name, words], index) => [letterOf(index), name, words]);
}

/** Use cases by kinds: the number of faults, and how many of them left a different state than a run without faults. */
export function matrixTable(matrix: readonly Row[]): string[][] {
  const head = ['use case', 'calls', ...kinds.map((_, index) => letterOf(index)), 'faults', 'result'];
  const rows = matrix.map(row => [
    row.useCase,
    String(sum(Object.values(row.calls))),
    ...kinds.map(([name]) => cell(row, name)),
    String(faultsOf(row)),
    isEqual(row) ? 'equal' : `${differentOf(row)} differ`,
  ]);
  return [head, ...rows];
}

function cell({ kinds: own }: Row, name: string): string {
  const found = own[name];
  if (!found) return '·';
  return found.different === 0 ? String(found.faults) : `${found.different}✗/${found.faults}`;
}

function differentOf({ kinds: own }: Row): number {
  return sum(Object.values(own).map(({ different }) => different));
}

type OtherParts = Pick<Results, 'forever' | 'mixtures' | 'load' | 'fuzz'>;

export function otherPartsTable({
  forever = [],
  mixtures = [],
  load = [],
  fuzz = [],
}: Partial<OtherParts>): string[][] {
  return [
    ['part', 'amount', 'result'],
    ...forever.map(({ name, repeated, differences }) => [name, `${repeated}`, outcome(differences)]),
    ...mixtures.map(mixture => [
      `random mixture, seed ${mixture.seed}`,
      `${injectedIn(mixture)} faults of ${Object.keys(mixture.injected).length} kinds`,
      outcome(mixture.differences),
    ]),
    ...[...load, ...fuzz].map(({ name, figures, differences }) => [
      name,
      Object.entries(figures)
        .map(([what, figure]) => `${what}: ${figure.toLocaleString('en-US')}`)
        .join(' · '),
      outcome(differences),
    ]),
  ];
}

function injectedIn({ injected }: Mixture): number {
  return sum(Object.values(injected));
}

function outcome(differences: readonly string[]): string {
  return differences.length === 0 ? 'equal' : `${differences.length} differ`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Aligns columns for a terminal: texts to the left, figures (from column `rightFrom` on) to the right. */
export function aligned(table: readonly (readonly string[])[], rightFrom = 1): string {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map(row => row[column]?.length ?? 0)));
  return table
    .map(row =>
      row
        .map((text, column) =>
          column >= rightFrom ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
