import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { progress } from '../../demo/screen.ts';
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

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string', default: fileURLToPath(new URL('../../dist/bench.json', import.meta.url)) },
    'write-docs': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const rounds = Number(values.rounds);
const wanted = values.only?.split(',');
const unknown = wanted?.filter(id => !parts.some(part => part.id === id)) ?? [];
if (values.help) {
  console.log(help);
} else if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(unknown.length > 0 ? `There is no part ${unknown.join(', ')}.\n\n${help}` : help);
  process.exitCode = 2;
} else if (values['write-docs'] && values.quick) {
  console.error('Figures of a quick run say nothing: --write-docs wants a whole one.');
  process.exitCode = 2;
} else {
  await measure(wanted ? parts.filter(({ id }) => wanted.includes(id)) : parts);
}

async function measure(chosen: readonly Part[]): Promise<void> {
  const results: Record['parts'] = {};
  for (const part of chosen) {
    const show = progress(part.title, 1);
    const step = (done: number, of: number, note = '') => show(done / of, note);
    const result = await part.run({ rounds: values.quick ? 2 : rounds, quick: values.quick, step });
    show(1);
    for (const table of result.tables) console.log(`${asText(table)}\n`);
    results[part.id] = { kind: part.kind, ...result };
  }
  const record = recordOf(results, values.quick);
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(record, null, 2)}\n`);
  console.log(`  ${relative('', values.json)} has the figures for a machine to read`);
  if (!values['write-docs']) return;
  writeDocs(keepRecord(record));
  console.log('  docs/performance.md, docs/performance.json and README.md are written');
}
