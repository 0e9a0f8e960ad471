import { readFileSync, writeFileSync } from 'node:fs';
import { type FaultRecord, keepRecord } from './record.ts';
import type { Facts, KeptRow, Results } from './results.ts';
import { besidesTable, legend, markdown, matrixTable, summaryTable } from './tables.ts';

export const paths = {
  page: new URL('../../../docs/faults.md', import.meta.url),
  readme: new URL('../../../README.md', import.meta.url),
};
const marked = /<!-- faults:begin -->[\s\S]*?<!-- faults:end -->/;

/** Puts what a run has found into docs/faults.json, and from there into docs/faults.md and the README. */
export function writeDocs(results: Results): void {
  const record = keepRecord(results);
  for (const [path, body] of [
    [paths.page, tablesOf(record)],
    [paths.readme, summaryOf(record)],
  ] as const) {
    writeFileSync(path, withTables(readFileSync(path, 'utf8'), body));
  }
}

/** The page with its marked place filled in; the words around it stay. */
export function withTables(page: string, body: string): string {
  if (!marked.test(page)) throw new Error('the page lacks the marks of the faults');
  return page.replace(marked, () => `<!-- faults:begin -->\n\n${body}\n\n<!-- faults:end -->`);
}

export function tablesOf(record: FaultRecord): string {
  const { matrix = [], ...besides } = record;
  const tables = Object.entries(besides).map(
    ([name, { on, found }]) => `${markdown(besidesTable({ [name]: found }))}\n\n${madeOn(on)}`,
  );
  return [
    ...(matrix.length > 0
      ? [
          markdown([['', 'kind', 'what goes wrong'], ...legend()]),
          markdown(matrixTable(matrix)),
          ...rowsMadeOn(matrix),
        ]
      : []),
    ...tables,
  ].join('\n\n');
}

export function summaryOf(record: FaultRecord): string {
  return markdown(summaryTable(record));
}

/** In one line where all were played together; else each time with its use cases. */
function rowsMadeOn(rows: readonly KeptRow[]): string[] {
  const times = [...Map.groupBy(rows, ({ on }) => madeOn(on))];
  if (times.length === 1) return times.map(([words]) => words);
  return times.map(([words, own]) => `${words} ${own.map(({ useCase }) => useCase).join(', ')}.`);
}

function madeOn({ date, commit, seed, node, cores }: Facts): string {
  return `_${date}, ${commit}, seed ${seed}, Node ${node}, ${cores} cores._`;
}
