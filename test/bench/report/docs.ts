import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { commit } from '../../support/commit.ts';
import { asMarkdown, figuresAsMarkdown } from './render.ts';
import type { Part, Result } from './result.ts';

/** All that a run came to, for a machine to read. */
export interface Record {
  readonly parts: { [id: string]: PartRecord };
  readonly quick: boolean;
}

export type PartRecord = Result &
  (
    | { readonly kind: 'counted'; readonly on?: Made }
    /** Of those that were measured before rounds were written down nobody knows how many there were. */
    | { readonly kind: 'measured'; readonly rounds?: number; readonly on?: Made & Machine }
  );

interface Made {
  readonly date: string;
  readonly commit: string;
}

/** What a measured figure hangs on besides. */
interface Machine {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
}

const root = new URL('../../../', import.meta.url);
export const paths = {
  record: new URL('docs/performance.json', root),
  page: new URL('docs/performance.md', root),
  readme: new URL('README.md', root),
};

export function recordOf(kind: Part['kind'], rounds: number, result: Result): PartRecord {
  const on = { date: new Date().toISOString().slice(0, 10), commit: commit() };
  return kind === 'counted'
    ? { kind, ...result, on }
    : { kind, rounds, ...result, on: { ...on, ...machine() } };
}

/** Parts that were not run this time stay as they were. */
export function keepRecord(record: Record): Record {
  const before = existsSync(paths.record) ? readRecord() : { parts: {} };
  const merged = { ...record, parts: { ...before.parts, ...record.parts } };
  writeFileSync(paths.record, `${JSON.stringify(merged, null, 2)}\n`);
  return merged;
}

export function readRecord(): Record {
  return JSON.parse(readFileSync(paths.record, 'utf8')) as Record;
}

export function writeDocs(record: Record): void {
  for (const path of [paths.page, paths.readme]) {
    writeFileSync(path, withFigures(readFileSync(path, 'utf8'), record));
  }
}

/**
 * A page with its marked places filled in: `<!-- bench:begin awards -->` to `<!-- bench:end awards -->` with the
 * tables of a part, the same without a name with the figures of all parts.
 */
export function withFigures(page: string, record: Record): string {
  return page.replaceAll(marked, (whole, id: string | undefined) => {
    const body = id === undefined ? figuresOf(record) : tablesOf(record, id);
    if (body === undefined) return whole;
    const name = id === undefined ? '' : ` ${id}`;
    return `<!-- bench:begin${name} -->\n\n${body}\n\n<!-- bench:end${name} -->`;
  });
}

const marked = /<!-- bench:begin(?: ([\w-]+))? -->[\s\S]*?<!-- bench:end(?: [\w-]+)? -->/g;

function figuresOf({ parts }: Record): string {
  const table = figuresAsMarkdown(Object.values(parts).flatMap(({ figures }) => figures));
  const rounds = Object.entries(parts).flatMap(([id, part]) =>
    'rounds' in part && part.figures.length > 0 ? [`${id} ${part.rounds}`] : [],
  );
  return rounds.length > 0 ? `${table}\n\n_Rounds of what is measured: ${rounds.join(', ')}._` : table;
}

function tablesOf({ parts }: Record, id: string): string | undefined {
  const part = parts[id];
  if (!part) return undefined;
  const made = madeOf(part);
  return [...part.tables.map(asMarkdown), ...(made ? [`_${made}._`] : [])].join('\n\n');
}

function madeOf(part: PartRecord): string | undefined {
  if (!part.on) return undefined;
  const made = `${part.on.date}, ${part.on.commit}`;
  if (part.kind === 'counted') return `Counted ${made}`;
  const { node, cores, cpu, memoryGb } = part.on;
  const rounds = part.rounds === undefined ? '' : `, ${part.rounds} rounds`;
  return `${made}${rounds}, Node ${node}, ${cores} cores of ${cpu}, ${memoryGb} GB`;
}

function machine(): Machine {
  return {
    node: process.version.slice(1),
    cpu: (cpus()[0]?.model ?? 'unknown').replace(/\s+/g, ' ').trim(),
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
}
