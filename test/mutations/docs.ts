import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { DomainResult } from './domain-report.ts';
import { mutations } from './list.ts';

export interface Outcome {
  readonly file: string;
  readonly breaks: string;
  /** Null where nothing noticed. */
  readonly caughtBy: { readonly testFile: string; readonly test: string } | null;
  readonly seconds?: number;
}

/** What the page is made from. */
export interface MutationRecord {
  readonly own: readonly Outcome[];
  readonly domain: DomainResult | null;
}

const paths = {
  record: new URL('../../docs/mutations.json', import.meta.url),
  page: new URL('../../docs/mutations.md', import.meta.url),
};

/** Adds what was found; what was not run this time stays, and what is on the list no more goes. */
export function keepRecord(found: Partial<MutationRecord>): MutationRecord {
  const before: MutationRecord = existsSync(paths.record)
    ? (JSON.parse(readFileSync(paths.record, 'utf8')) as MutationRecord)
    : { own: [], domain: null };
  const nameOf = ({ file, breaks }: Pick<Outcome, 'file' | 'breaks'>) => `${file}: ${breaks}`;
  const byName = new Map([...before.own, ...(found.own ?? [])].map(one => [nameOf(one), one]));
  const own = mutations.flatMap(mutation => byName.get(nameOf(mutation)) ?? []);
  const record = {
    own: own.map(({ file, breaks, caughtBy }) => ({ file, breaks, caughtBy })),
    domain: found.domain ?? before.domain,
  };
  writeFileSync(paths.record, `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

/** Fills the page's marked places in. */
export function writePage({ own, domain }: MutationRecord): void {
  const page = readFileSync(paths.page, 'utf8');
  const parts = { own: ownTable(own), domain: domain ? domainTables(domain) : '' };
  writeFileSync(
    paths.page,
    page.replaceAll(marked, (_, part: keyof typeof parts) => {
      return `<!-- ${part}:begin -->\n\n${parts[part]}\n\n<!-- ${part}:end -->`;
    }),
  );
}

const marked = /<!-- (own|domain):begin -->[\s\S]*?<!-- \1:end -->/g;

function ownTable(own: readonly Outcome[]): string {
  const caught = own.filter(({ caughtBy }) => caughtBy !== null).length;
  return [
    `${own.length} breakages, ${caught} caught.`,
    ...[...Map.groupBy(own, ({ file }) => file)].map(([file, all]) =>
      table([`\`${file}\` without`, 'is caught by'], all.map(ownRow)),
    ),
  ].join('\n\n');
}

function ownRow({ breaks, caughtBy }: Outcome): string[] {
  if (!caughtBy) return [breaks, '**nothing**'];
  return [breaks, `${caughtBy.testFile.replace(/^test\//, '').replace('.test.ts', '')}: ${caughtBy.test}`];
}

function domainTables({ score, files, survivors }: DomainResult): string {
  const rows = files.map(({ file, caught, survived }) => [
    file.replace('shared/domain/', ''),
    String(caught + survived),
    String(survived),
    percent(caught, caught + survived),
  ]);
  return [
    `${score} % are caught.`,
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

export function percent(part: number, whole: number): string {
  return whole === 0 ? '' : (Math.floor((1000 * part) / whole) / 10).toFixed(1);
}

function code(text: string): string {
  return `\`${text.replaceAll(/\s+/g, ' ')}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
