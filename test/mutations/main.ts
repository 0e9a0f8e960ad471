import { readFileSync } from 'node:fs';
import { refuse, wordsOf } from '../../tools/words.ts';
import { evidenceFolder, originOf, writeEvidence } from '../support/evidence.ts';
import { accepted } from './accepted.ts';
import { areas, filesOf, filesOfLayer, type Layer, layers } from './areas.ts';
import { Copy } from './copy.ts';
import { patterns } from './patterns/all.ts';
import { lineOf, type Mutant } from './patterns/pattern.ts';
import { playMutants } from './play-mutants.ts';
import { type MutationRecord, pageOf, survivedIn } from './record.ts';
import { endTests } from './run-tests.ts';
import { runStryker } from './stryker.ts';
import { scoreOf, unusedExplanations } from './stryker-report.ts';
import { acceptedByTypes } from './type-check.ts';

/** Stryker mutants that the tests must kill, per hundred. The rules are tested most closely. */
const scoreMin: Record<Layer, number> = { rules: 90, contract: 50, store: 70, 'use-cases': 70 };
/** Some files of the kernel, such as problems and CSV, are tested through the capabilities that use them. */
const kernelScoreMin = 50;

const help = `npm run mutations -- [--only ledger,awards] [--layer rules] [--by stryker,patterns] [--jobs 1]

Breaks the code in one small place at a time and runs the tests: a test has to fail. Stryker makes the ordinary
breakages, over one layer of each capability. Patterns make those that Stryker cannot:

${patterns.map(({ name, breaks }) => `  ${name.padEnd(18)} ${breaks}`).join('\n')}

Ends with 1 if Stryker's score of an area is below its threshold (${layers.map(layer => `${layer} ${scoreMin[layer]} %`).join(', ')}), or if a mutant of a
pattern survives. Stryker comes by npx; it is not a dependency.

  --only      capabilities (folders of shared/), or functions, infra, local; separated by commas. Default: all
  --layer     rules, contract, store or use-cases: what Stryker mutates (default: rules; the others need the engine)
  --by        stryker, patterns, or both (default)
  --pattern   only this pattern
  --tests     the widest tests that a mutant of a pattern has to survive: area, or all (default)
  --jobs      mutants tested at the same time (default 1)
  --list      prints the mutants of the patterns and runs nothing
  --out       folder for mutations.json and mutations.md (default: dist/evidence)

The rules of all capabilities take a quarter of an hour on two idle cores; a second run only repeats what changed.`;

const { values } = wordsOf(help, {
  only: { type: 'string' },
  layer: { type: 'string', default: 'rules' },
  by: { type: 'string', default: 'stryker,patterns' },
  pattern: { type: 'string' },
  tests: { type: 'string', default: 'all' },
  jobs: { type: 'string', default: '1' },
  list: { type: 'boolean', default: false },
  out: { type: 'string', default: evidenceFolder },
});
const jobs = Number(values.jobs);
if (!Number.isInteger(jobs) || jobs < 1) refuse(help, '--jobs takes a whole number from 1.');
if (!['area', 'all'].includes(values.tests)) refuse(help, '--tests takes area or all.');
const layer = layers.find(one => one === values.layer) ?? refuse(help, `There is no layer ${values.layer}.`);
const chosen = values.only?.split(',') ?? areas();
const unknown = chosen.find(area => !areas().includes(area));
if (unknown) refuse(help, `--only does not know ${unknown}; it knows ${areas().join(', ')}.`);

const origin = originOf();
const record: MutationRecord = { origin, stryker: [], patterns: [] };
process.exitCode = values.list ? list() : await run();

function list(): number {
  const mutants = chosen.flatMap(mutantsOf);
  for (const mutant of mutants) console.log(wordsFor(mutant));
  console.log(`\n${mutants.length} mutants, before the type check`);
  return 0;
}

async function run(): Promise<number> {
  const failures: string[] = [];
  for (const area of chosen) {
    if (values.by.includes('stryker')) failures.push(...strykerOf(area));
    if (values.by.includes('patterns')) await patternsOf(area);
    save();
  }
  failures.push(...survivedIn(record).map(({ place }) => `survived: ${place}`));
  console.log(`\n${pageOf(record)}\n`);
  for (const failure of failures) console.error(`✗ ${failure}`);
  console.log(`written to ${save()}`);
  return failures.length === 0 ? 0 : 1;
}

function save(): string {
  return writeEvidence(values.out, 'mutations', record, pageOf(record));
}

function strykerOf(area: string): string[] {
  const result = runStryker(area, layer, jobs);
  if (!result) return [];
  record.stryker.push({ area, layer, ...result });
  for (const one of unusedExplanations(filesOfLayer(area, layer), result))
    console.log(`no longer needed: ${one}`);
  const score = scoreOf(result);
  const required = area === 'kernel' ? kernelScoreMin : scoreMin[layer];
  return score < required
    ? [`${area}, ${layer}: ${score.toFixed(1)} % killed, at least ${required} % required`]
    : [];
}

async function patternsOf(area: string): Promise<void> {
  const found = mutantsOf(area);
  if (found.length === 0) return;
  const copies = Array.from({ length: jobs }, () => new Copy(process.cwd()));
  const abort = () => {
    endTests();
    for (const copy of copies) copy.remove();
    save();
    process.exit(130);
  };
  process.once('SIGINT', abort);
  try {
    const swaps = found.filter(({ pattern }) => pattern === 'swapped-arguments');
    const [first] = copies;
    const typed = new Set(first ? acceptedByTypes(first.folder, swaps) : []);
    const mutants = found.filter(mutant => mutant.pattern !== 'swapped-arguments' || typed.has(mutant));
    await playMutants(copies, mutants, values.tests === 'area', outcome => {
      const { killedBy, seconds } = outcome;
      const place = wordsFor(outcome.mutant);
      record.patterns.push({ area, pattern: outcome.mutant.pattern, place, killedBy: killedBy ?? null });
      console.log(`${killedBy ? '✓' : '✗ SURVIVED'} ${place} (${seconds} s)`);
      if (killedBy) console.log(`    ${killedBy}`);
    });
  } finally {
    process.removeListener('SIGINT', abort);
    for (const copy of copies) copy.remove();
  }
}

function mutantsOf(area: string): Mutant[] {
  return filesOf(area).flatMap(file => {
    const text = readFileSync(file, 'utf8');
    return patterns
      .filter(({ name, appliesTo }) => (values.pattern ?? name) === name && appliesTo(file))
      .flatMap(pattern => pattern.mutantsOf(file, text))
      .filter(mutant => !isAccepted(mutant));
  });
}

function isAccepted({ file, pattern, replacement }: Mutant): boolean {
  return accepted.some(
    one => one.pattern === pattern && file.endsWith(one.file) && one.replacement.test(replacement),
  );
}

function wordsFor(mutant: Mutant): string {
  const text = readFileSync(mutant.file, 'utf8');
  const original = text.slice(mutant.start, mutant.end);
  const short = (words: string) => words.replaceAll(/\s+/g, ' ');
  return `${mutant.file}:${lineOf(text, mutant)} ${mutant.pattern}: ${short(original)} → ${short(mutant.replacement)}`;
}
