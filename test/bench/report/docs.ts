import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { commit } from '../../support/commit.ts';
import { asMarkdown, figuresAsMarkdown } from './render.ts';
import type { Part, Result } from './result.ts';

/** All that a run came to, for a machine to read. */
export interface Record {
  readonly parts: { [id: string]: Result & { readonly kind: Part['kind']; readonly on?: Circumstances } };
  readonly quick: boolean;
}

/** What a measured figure hangs on. */
interface Circumstances {
  readonly date: string;
  readonly commit: string;
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

export function recordOf(parts: Record['parts'], quick: boolean): Record {
  const on = circumstances();
  const dated = Object.entries(parts).map(([id, part]) => [
    id,
    part.kind === 'measured' ? { ...part, on } : part,
  ]);
  return { quick, parts: Object.fromEntries(dated) };
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
  return figuresAsMarkdown(Object.values(parts).flatMap(({ figures }) => figures));
}

function tablesOf({ parts }: Record, id: string): string | undefined {
  const part = parts[id];
  if (!part) return undefined;
  const on = part.on
    ? [
        `_${part.on.date}, ${part.on.commit}, Node ${part.on.node}, ${part.on.cores} cores of ${part.on.cpu}, ${part.on.memoryGb} GB._`,
      ]
    : [];
  return [...part.tables.map(asMarkdown), ...on].join('\n\n');
}

function circumstances(): Circumstances {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    node: process.version.slice(1),
    cpu: (cpus()[0]?.model ?? 'unknown').replace(/\s+/g, ' ').trim(),
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
}
