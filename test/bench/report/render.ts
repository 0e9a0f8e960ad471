import { table as terminalTable } from '../../../demo/screen.ts';
import { markdownTable } from '../../support/evidence.ts';
import type { Cell, Figure, Table } from './result.ts';

/** Rounds to four significant digits (three in a spread); whole numbers stay whole. */
export function shown(cell: Cell): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return shortNumber(cell);
  const { median, low, high } = cell;
  return `${shortNumber(median, 3)} (${shortNumber(low, 3)} to ${shortNumber(high, 3)})`;
}

function shortNumber(value: number, digits = 4): string {
  if (Number.isInteger(value) || Math.abs(value) >= 10 ** digits) return grouped(Math.round(value));
  return String(Number(value.toPrecision(digits)));
}

function grouped(whole: number): string {
  return Math.abs(whole) < 10_000 ? String(whole) : whole.toLocaleString('en-US');
}

export function asText({ title, columns, rows, notes = [] }: Table): string {
  const body = terminalTable(
    rows,
    columns.map((name, at) => ({ title: name, of: row => shown(row[at] ?? null) })),
  );
  return [`\n  ${title}\n`, body, ...notes.map(note => `  · ${note}`)].join('\n');
}

export function asMarkdown({ title, columns, rows, notes = [] }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [
    `**${title}**`,
    '',
    line(columns),
    `|${columns.map((_, at) => (at === 0 ? ' --- ' : ' ---: ')).join('|')}|`,
    ...rows.map(row => line(columns.map((_, at) => shown(row[at] ?? null)))),
    ...(notes.length > 0 ? ['', ...notes.map(note => `- ${note}`)] : []),
  ].join('\n');
}

export function figuresAsMarkdown(figures: readonly Figure[]): string {
  return markdownTable([
    ['what', 'figure', 'limit or goal'],
    ...figures.map(({ what, value, unit, goal }) => [
      what,
      [shown(value), unit].filter(Boolean).join(' '),
      goal ?? '',
    ]),
  ]);
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
