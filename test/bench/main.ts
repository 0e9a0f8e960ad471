import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { progress } from '../../demo/screen.ts';
import { refuse, wordsOf } from '../../tools/words.ts';
import { parts } from './parts.ts';
import { keepRecord, type Record, recordOf, writeDocs } from './report/docs.ts';
import { asText } from './report/render.ts';
import type { Part } from './report/result.ts';

const list = parts.map(({ id, title, kind }) => `  ${id.padEnd(14)} ${kind.padEnd(9)} ${title}`).join('\n');
const help = `npm run bench -- [--only awards,bundles] [--rounds 7] [--quick] [--json <file>] [--write-docs]

Counts what the platform costs and measures how fast it is beside its floor and its peers. What is counted is the same
on every run and machine; what is measured is told as the median of the rounds, with the lowest and the highest.

  --only         these parts, with commas between
  --rounds       rounds of what is measured, default 7
  --quick        small sizes and 2 rounds: whether everything runs, not how fast
  --json         where the figures go for a machine to read, default dist/bench.json
  --write-docs   writes them into docs/performance.md, docs/performance.json and the README

${list}

PostgreSQL (Debian's postgresql) and Redis or Valkey (redis-server, valkey-server) are measured where they are
installed. A whole run takes some 20 minutes.`;

const { values } = wordsOf(help, {
  only: { type: 'string' },
  rounds: { type: 'string', default: '7' },
  quick: { type: 'boolean', default: false },
  json: { type: 'string', default: fileURLToPath(new URL('../../dist/bench.json', import.meta.url)) },
  'write-docs': { type: 'boolean', default: false },
});

const rounds = Number(values.rounds);
const wanted = values.only?.split(',');
const unknown = wanted?.filter(id => !parts.some(part => part.id === id)) ?? [];
if (unknown.length > 0) refuse(help, `There is no part ${unknown.join(', ')}.`);
if (!Number.isInteger(rounds) || rounds < 1) refuse(help, '--rounds takes a whole number from 1.');
if (values['write-docs'] && values.quick)
  refuse(help, 'Figures of a quick run say nothing: --write-docs wants a whole one.');
await measure(wanted ? parts.filter(({ id }) => wanted.includes(id)) : parts);

async function measure(chosen: readonly Part[]): Promise<void> {
  const results: Record['parts'] = {};
  for (const part of chosen) {
    const show = progress(part.title, 1);
    const step = (done: number, of: number, note = '') => show(done / of, note);
    const result = await part.run({ rounds: values.quick ? 2 : rounds, quick: values.quick, step });
    show(1);
    for (const table of result.tables) console.log(`${asText(table)}\n`);
    results[part.id] = { kind: part.kind, ...result };
    keep(results);
  }
  console.log(`  ${relative('', values.json)} has the figures for a machine to read`);
  if (values['write-docs'])
    console.log('  docs/performance.md, docs/performance.json and README.md are written');
}

/** After each part: a run that breaks off keeps what it has found. */
function keep(results: Record['parts']): void {
  const record = recordOf(results, values.quick);
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(record, null, 2)}\n`);
  if (values['write-docs']) writeDocs(keepRecord(record));
}
