import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { commit } from '../support/commit.ts';
import type { DomainResult } from './domain-report.ts';
import { mutations } from './list.ts';

export interface Outcome {
  readonly file: string;
  readonly breaks: string;
  /** Null where nothing noticed. */
  readonly caughtBy: { readonly testFile: string; readonly test: string } | null;
  /** When it was played, on which commit, with which versions: in words. */
  readonly on: string;
  readonly seconds?: number;
}

/** What the page is made from. */
export interface MutationRecord {
  readonly own: readonly Outcome[];
  readonly domain: DomainResult | null;
}

/** Of a hundred mutants of the rules, so many must be caught: of all files together. */
export const scoreMin = 90;

export const paths = {
  record: new URL('../../docs/mutations.json', import.meta.url),
  page: new URL('../../docs/mutations.md', import.meta.url),
  readme: new URL('../../README.md', import.meta.url),
};

export function readRecord(): MutationRecord {
  if (!existsSync(paths.record)) return { own: [], domain: null };
  return JSON.parse(readFileSync(paths.record, 'utf8')) as MutationRecord;
}

/** Adds what was found; what was not run this time stays, and what is on the list no more goes. */
export function keepRecord(found: Partial<MutationRecord>): MutationRecord {
  const before = readRecord();
  const nameOf = ({ file, breaks }: Pick<Outcome, 'file' | 'breaks'>) => `${file}: ${breaks}`;
  const byName = new Map([...before.own, ...(found.own ?? [])].map(one => [nameOf(one), one]));
  const own = mutations.flatMap(mutation => byName.get(nameOf(mutation)) ?? []);
  const record = {
    own: own.map(({ file, breaks, caughtBy, on }) => ({ file, breaks, caughtBy, on })),
    domain: found.domain ?? before.domain,
  };
  writeFileSync(paths.record, `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

/** Fills the marked places of the page and of the README in. */
export function writePages(record: MutationRecord): void {
  for (const path of [paths.page, paths.readme]) {
    writeFileSync(path, withFound(readFileSync(path, 'utf8'), record));
  }
}

/** A page with its marked places filled in: `<!-- own:begin -->` to `<!-- own:end -->`, and so on. */
export function withFound(page: string, record: MutationRecord): string {
  const { own, domain } = record;
  const parts = {
    own: ownTable(own),
    domain: domain ? domainTables(domain) : '',
    mutations: summary(record),
  };
  return page.replaceAll(marked, (_, part: keyof typeof parts) => {
    return `<!-- ${part}:begin -->\n\n${parts[part]}\n\n<!-- ${part}:end -->`;
  });
}

const marked = /<!-- (own|domain|mutations):begin -->[\s\S]*?<!-- \1:end -->/g;

/** The README's. */
function summary({ own, domain }: MutationRecord): string {
  const caught = own.filter(({ caughtBy }) => caughtBy !== null).length;
  const rows = [
    ...(own.length > 0
      ? [['stores, use cases, functions, the local runtime, rounding: by hand', played(own), `${caught}`]]
      : []),
    ...(domain ? [['the rules: by Stryker', `${sumOf(domain).total}`, `${scoreOf(domain)} %`]] : []),
  ];
  return table(['what was broken', 'breakages', 'caught by a test'], rows);
}

/** How many of the list; what has been added to it since has not been played yet. */
function played(own: readonly Outcome[]): string {
  return own.length === mutations.length ? `${own.length}` : `${own.length} of ${mutations.length} so far`;
}

function sumOf({ files }: DomainResult): { caught: number; total: number } {
  const caught = files.reduce((sum, one) => sum + one.caught, 0);
  return { caught, total: files.reduce((sum, one) => sum + one.survived, caught) };
}

function scoreOf(domain: DomainResult): string {
  const { caught, total } = sumOf(domain);
  return percent(caught, total);
}

function ownTable(own: readonly Outcome[]): string {
  const caught = own.filter(({ caughtBy }) => caughtBy !== null).length;
  return [
    `Breakages: ${played(own)}; caught: ${caught}.`,
    ['Played:', ...[...Map.groupBy(own, ({ on }) => on)].map(([on, all]) => `- ${all.length}: ${on}`)].join(
      '\n',
    ),
    ...[...Map.groupBy(own, ({ file }) => file)].map(([file, all]) =>
      table([`broken in \`${file}\``, 'caught by'], all.map(ownRow)),
    ),
  ].join('\n\n');
}

function ownRow({ breaks, caughtBy }: Outcome): string[] {
  if (!caughtBy) return [breaks, '**nothing**'];
  return [breaks, `${caughtBy.testFile.replace(/^test\//, '').replace('.test.ts', '')}: ${caughtBy.test}`];
}

function domainTables(domain: DomainResult): string {
  const { files, survivors, on } = domain;
  const rows = files.map(({ file, caught, survived }) => [
    file.replace('shared/domain/', ''),
    String(caught + survived),
    String(survived),
    percent(caught, caught + survived),
  ]);
  return [
    `${scoreOf(domain)} % are caught, of all files together: there the command asks for ${scoreMin} % at least. A single file has no limit, but each survivor must have its reason.`,
    `_${on}._`,
    table(['file', 'mutants', 'survive', 'caught'], rows),
    'The survivors:',
    table(
      ['file', 'where it says', 'it may say', 'and nobody can tell, because'],
      survivors.map(({ file, was, now, why }) => [
        file.replace('shared/domain/', ''),
        code(was),
        code(now),
        why,
      ]),
    ),
  ].join('\n\n');
}

/** When something is played, on which commit, with which versions. */
export function playedOn(...versions: readonly string[]): string {
  const date = new Date().toISOString().slice(0, 10);
  return [date, commit(), `Node ${process.versions.node}`, ...versions].join(', ');
}

/** Of a package that is installed here. */
export function versionOf(name: string): string {
  return (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '' : ((100 * part) / whole).toFixed(1);
}

function code(text: string): string {
  return `\`${text.replaceAll(/\s+/g, ' ')}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
