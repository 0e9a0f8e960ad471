import { deliveryKinds } from '../kinds/delivery-kinds.ts';
import { wireKinds } from '../kinds/wire-kinds.ts';
import type { Mixture } from '../mixture/play.ts';
import type { FaultRecord } from './record.ts';
import { faultsOf, isEqual, type Results, type Row } from './results.ts';

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

type Besides = Pick<Results, 'forever' | 'mixtures' | 'load' | 'rubbish'>;

export function besidesTable({
  forever = [],
  mixtures = [],
  load = [],
  rubbish = [],
}: Partial<Besides>): string[][] {
  return [
    ['what else', 'how much', 'result'],
    ...forever.map(({ name, repeated, differences }) => [name, `${repeated}`, outcome(differences)]),
    ...mixtures.map(mixture => [
      `random mixture, seed ${mixture.seed}`,
      `${injectedIn(mixture)} faults of ${Object.keys(mixture.injected).length} kinds`,
      outcome(mixture.differences),
    ]),
    ...[...load, ...rubbish].map(({ name, figures, differences }) => [
      name,
      Object.entries(figures)
        .map(([what, figure]) => `${what}: ${figure.toLocaleString('en-US')}`)
        .join(' · '),
      outcome(differences),
    ]),
  ];
}

/** The README's: a line for each sort of thing that was played. */
export function summaryTable({ matrix, forever, mixtures, load, rubbish }: FaultRecord): string[][] {
  const rows = matrix ?? [];
  const played = mixtures?.found ?? [];
  const besides = besidesTable({
    forever: forever?.found ?? [],
    load: load?.found ?? [],
    rubbish: rubbish?.found ?? [],
  });
  const differing = rows.filter(row => !isEqual(row)).length;
  return [
    ['what went wrong', 'how much', 'what was left'],
    ...(rows.length > 0
      ? [
          [
            `each of ${kinds.length} kinds of fault at each call of each of ${rows.length} use cases`,
            `${sum(rows.map(faultsOf)).toLocaleString('en-US')} faults`,
            differing === 0 ? 'equal' : `${differing} use cases differ`,
          ],
        ]
      : []),
    ...(played.length > 0
      ? [
          [
            `${played.length} random mixtures of everything`,
            `${sum(played.map(injectedIn)).toLocaleString('en-US')} faults`,
            outcome(played.flatMap(({ differences }) => differences)),
          ],
        ]
      : []),
    ...besides.slice(1),
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
