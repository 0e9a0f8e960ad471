import { readFileSync, writeFileSync } from 'node:fs';
import type { Results } from './results.ts';
import { besidesTable, legend, markdown, matrixTable } from './tables.ts';

const file = new URL('../../../docs/faults.md', import.meta.url);
const begin = '<!-- faults:begin -->';
const end = '<!-- faults:end -->';

/** Puts the tables of a run into docs/faults.md, between its marks; the words around them stay. */
export function writeDocs(results: Results): void {
  const text = readFileSync(file, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/faults.md lacks ${begin} or ${end}`);
  const tables = [
    `${results.faults} faults, ${results.different} differences; seed ${results.seed}, Node ${results.node}, ${results.cores} cores, ${Math.round(results.seconds / 60)} minutes.`,
    markdown(matrixTable(results)),
    markdown([['', 'kind', 'what goes wrong'], ...legend()]),
    markdown(besidesTable(results)),
  ];
  writeFileSync(file, `${before}${begin}\n${tables.join('\n\n')}\n${end}${after}`);
}
