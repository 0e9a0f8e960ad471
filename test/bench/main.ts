import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { progress } from '../../demo/screen.ts';
import { refuse, wordsOf } from '../../tools/words.ts';
import { parts } from './parts.ts';
import { keepRecord, type Record, recordOf, writeDocs } from './report/docs.ts';
import { asText } from './report/render.ts';
import { type Part, roundsMin, unfitForDocs } from './report/result.ts';

const list = parts
  .map(part => {
    const how = part.kind === 'measured' ? `measured, ${part.rounds} rounds` : 'counted';
    return `  ${part.id.padEnd(14)} ${how.padEnd(19)} ${part.title}`;
  })
  .join('\n');
const help = `npm run bench -- [--only awards,bundles] [--rounds 5] [--quick] [--json <file>] [--write-docs]

Counts what the platform costs and measures how fast it is beside its floor and its peers. What is counted is the same
on every run and machine; what is measured is told as the median of the rounds, with the lowest and the highest.

  --only         these parts, with commas between
  --rounds       rounds of what is measured, of each part; by default as many as stand below
  --quick        small sizes and 2 rounds: whether everything runs, not how fast
  --json         where the figures go for a machine to read, default dist/bench.json
  --write-docs   writes them into docs/performance.md, docs/performance.json and the README; takes ${roundsMin} rounds or more

${list}

PostgreSQL (Debian's postgresql) and Redis or Valkey (redis-server, valkey-server) are measured where they are
installed. A whole run takes half an hour on two cores.`;

const { values } = wordsOf(help, {
  only: { type: 'string' },
  rounds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  json: { type: 'string', default: fileURLToPath(new URL('../../dist/bench.json', import.meta.url)) },
  'write-docs': { type: 'boolean', default: false },
});

const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const wanted = values.only?.split(',');
const unknown = wanted?.filter(id => !parts.some(part => part.id === id)) ?? [];
if (unknown.length > 0) refuse(help, `There is no part ${unknown.join(', ')}.`);
if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1))
  refuse(help, '--rounds takes a whole number from 1.');
if (values['write-docs'] && values.quick)
  refuse(help, 'Figures of a quick run say nothing: --write-docs wants a whole one.');
const chosen = wanted ? parts.filter(({ id }) => wanted.includes(id)) : parts;
const unfit = values['write-docs'] ? unfitForDocs(chosen, rounds) : undefined;
if (unfit) refuse(help, unfit);
await measure();

async function measure(): Promise<void> {
  const results: Record['parts'] = {};
  for (const part of chosen) {
    const show = progress(part.title, 1);
    const step = (done: number, of: number, note = '') => show(done / of, note);
    const turns = roundsOf(part);
    const result = await part.run({ rounds: turns, quick: values.quick, step });
    show(1);
    for (const table of result.tables) console.log(`${asText(table)}\n`);
    results[part.id] = recordOf(part.kind, turns, result);
    keep(results);
  }
  console.log(`  ${relative('', values.json)} has the figures for a machine to read`);
  if (values['write-docs'])
    console.log('  docs/performance.md, docs/performance.json and README.md are written');
}

function roundsOf(part: Part): number {
  if (part.kind === 'counted') return 1;
  return rounds ?? (values.quick ? 2 : part.rounds);
}

/** After each part: a run that breaks off keeps what it has found. */
function keep(results: Record['parts']): void {
  const record: Record = { quick: values.quick, parts: results };
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(record, null, 2)}\n`);
  if (values['write-docs']) writeDocs(keepRecord(record));
}
