import { progress } from '../../demo/screen.ts';
import { refuse, wordsOf } from '../../tools/words.ts';
import { evidenceFolder, originOf, writeEvidence } from '../support/evidence.ts';
import { parts } from './parts.ts';
import { type PartRecord, pageOf } from './report/record.ts';
import { asText } from './report/render.ts';
import type { Part } from './report/result.ts';

const list = parts
  .map(part => {
    const how = part.kind === 'measured' ? `measured, ${part.rounds} rounds` : 'counted';
    return `  ${part.id.padEnd(14)} ${how.padEnd(19)} ${part.title}`;
  })
  .join('\n');
const help = `npm run bench -- [--only awards,bundles] [--rounds 5] [--quick] [--out <folder>]

Counts what the platform costs and measures its speed next to bare loops and alternatives. Counted figures are the same
on every run and machine. Measured figures are the median of the rounds, with the lowest and the highest round.
Ends with 1 if a counted figure is over its budget.

  --only     these parts, separated by commas
  --rounds   rounds of each measured part; the defaults are listed below
  --quick    small sizes and 2 rounds: shows that everything runs; the timings mean nothing
  --out      folder for bench.json and bench.md (default: dist/evidence)

${list}

PostgreSQL (Debian's postgresql) and Redis or Valkey (redis-server, valkey-server) are measured if they are installed.
A complete run takes half an hour on two idle cores.`;

const { values } = wordsOf(help, {
  only: { type: 'string' },
  rounds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  out: { type: 'string', default: evidenceFolder },
});

const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const wanted = values.only?.split(',');
const unknown = wanted?.filter(id => !parts.some(part => part.id === id)) ?? [];
if (unknown.length > 0) refuse(help, `There is no part ${unknown.join(', ')}.`);
if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1))
  refuse(help, '--rounds takes a whole number from 1.');
process.exitCode = await run(wanted ? parts.filter(({ id }) => wanted.includes(id)) : parts);

/** @returns the exit code */
async function run(chosen: readonly Part[]): Promise<number> {
  const origin = originOf();
  const results: Record<string, PartRecord> = {};
  let files = '';
  for (const part of chosen) {
    const show = progress(part.title, 1);
    const step = (done: number, of: number, note = '') => show(done / of, note);
    const partRounds = roundsOf(part);
    const result = await part.run({ rounds: partRounds, quick: values.quick, step });
    show(1);
    for (const table of result.tables) console.log(`${asText(table)}\n`);
    results[part.id] = { kind: part.kind, rounds: partRounds, ...result };
    const record = { quick: values.quick, origin, parts: results };
    files = writeEvidence(values.out, 'bench', record, pageOf(record)); // after each part, in case a later one fails
  }
  const overBudget = Object.values(results).flatMap(result => result.overBudget ?? []);
  for (const sentence of overBudget) console.error(`✗ ${sentence}`);
  console.log(`  written to ${files}`);
  return overBudget.length === 0 ? 0 : 1;
}

function roundsOf(part: Part): number {
  if (part.kind === 'counted') return 1;
  return rounds ?? (values.quick ? 2 : part.rounds);
}
