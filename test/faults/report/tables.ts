import { deliveryKinds } from '../kinds/delivery-kinds.ts';
import { wireKinds } from '../kinds/wire-kinds.ts';
import type { Results, Row } from './results.ts';

const kinds: readonly (readonly [name: string, words: string])[] = [
  ...Object.entries(wireKinds).map(([name, { words }]) => [name, words] as const),
  ...Object.entries(deliveryKinds).map(([name, { words }]) => [name, words] as const),
];

/** A column's letter: the names are too long to stand beside one another. */
function letterOf(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

export function legend(): string[][] {
  return kinds.map(([name, words], index) => [letterOf(index), name, words]);
}

/** Use case by kind: how many faults there were, and where it came out otherwise than without. */
export function matrixTable({ matrix }: Results): string[][] {
  const head = ['use case', 'calls', ...kinds.map((_, index) => letterOf(index)), 'faults', 'result'];
  const rows = matrix.map(row => [
    row.useCase,
    String(sum(Object.values(row.calls))),
    ...kinds.map(([name]) => cell(row, name)),
    String(sum(kinds.map(([name]) => row.kinds[name]?.faults ?? 0))),
    resultOf(row),
  ]);
  return [head, ...rows];
}

function cell({ kinds: own }: Row, name: string): string {
  const found = own[name];
  if (!found) return '·';
  return found.different === 0 ? String(found.faults) : `${found.different}✗/${found.faults}`;
}

function resultOf({ kinds: own }: Row): string {
  const different = sum(Object.values(own).map(kind => kind.different));
  return different === 0 ? 'equal' : `${different} differ`;
}

export function besidesTable({ forever, mixtures, load, rubbish }: Results): string[][] {
  const result = (differences: readonly string[]) =>
    differences.length === 0 ? 'equal' : `${differences.length} differ`;
  return [
    ['what else', 'how much', 'result'],
    ...forever.map(({ name, repeated, differences }) => [name, `${repeated}`, result(differences)]),
    ...mixtures.map(({ seed, injected, differences }) => [
      `random mixture, seed ${seed}`,
      `${sum(Object.values(injected))} faults of ${Object.keys(injected).length} kinds`,
      result(differences),
    ]),
    ...[...load, ...rubbish].map(({ name, figures, differences }) => [
      name,
      Object.entries(figures)
        .map(([what, figure]) => `${what} ${figure}`)
        .join(', '),
      result(differences),
    ]),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** For a terminal: columns side by side, the first to the left and figures to the right. */
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

export function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
