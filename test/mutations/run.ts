import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { refuse, wordsOf } from '../../tools/words.ts';
import { Copy } from './copy.ts';
import { keepRecord, type Outcome, playedOn, versionOf, writePages } from './docs.ts';
import { mutations } from './list.ts';
import type { Mutation } from './mutation.ts';
import { endTests, failedTest } from './run-tests.ts';

const help = `npm run mutations -- [--only <text>] [--jobs 1] [--write-docs]

Breaks the code in a copy of the project, one small breakage after the other, and runs the tests that ought to notice.
Whatever no test notices is a survivor: it is named at the end, and the command fails.

  --only <text>   those whose file or words hold the text
  --jobs <n>      so many side by side, each in a copy of its own
  --write-docs    puts what was found into docs/mutations.md; what was not run stays as it was there
  --list          names them, and runs nothing

All of it takes some twenty minutes on two cores. A file for machines is written to dist/mutations/own.json.`;

const { values } = wordsOf(help, {
  only: { type: 'string', default: '' },
  jobs: { type: 'string', default: '1' },
  list: { type: 'boolean', default: false },
  'write-docs': { type: 'boolean', default: false },
});
const jobs = Number(values.jobs);
if (!Number.isInteger(jobs) || jobs < 1) refuse(help, '--jobs takes a whole number from 1.');

const project = fileURLToPath(new URL('../../', import.meta.url));
const on = playedOn(`vitest ${versionOf('vitest')}`);
const chosen = mutations.filter(({ file, breaks }) => `${file}: ${breaks}`.includes(values.only));
if (chosen.length === 0) {
  console.error(`No mutation’s file or words hold “${values.only}”; --list names them all.`);
  process.exit(2);
}
if (values.list) {
  for (const { file, breaks } of chosen) console.log(`${file}: ${breaks}`);
  process.exit(0);
}
process.exitCode = (await run()) ? 0 : 1;

async function run(): Promise<boolean> {
  const copies = Array.from({ length: Math.min(jobs, chosen.length) }, () => new Copy(project));
  const remove = () => {
    for (const copy of copies) copy.remove();
  };
  const outcomes: Outcome[] = [];
  process.once('SIGINT', () => {
    endTests();
    remove();
    concluded(outcomes); // what has been found by then is kept
    process.exit(130);
  });
  try {
    if (!(await allPass(copies))) return false;
    await sideBySide(copies, chosen, async (copy, mutation) => {
      outcomes.push(await caught(copy, mutation));
      tell(outcomes.at(-1), outcomes.length);
    });
    return concluded(outcomes);
  } finally {
    remove();
  }
}

/** Without any mutation: a test that fails anyway would catch everything. */
async function allPass(copies: readonly Copy[]): Promise<boolean> {
  const files = [...new Set(chosen.flatMap(({ tests }) => tests))];
  console.log(`${files.length} test files, as they are:`);
  const failing: string[] = [];
  await sideBySide(copies, files, async (copy, file) => {
    const failed = await failedTest(copy.folder, file);
    if (failed !== undefined) failing.push(`${file}: ${failed}`);
    process.stdout.write(failed === undefined ? '.' : '✗');
  });
  console.log();
  for (const one of failing) console.error(`✗ fails without any mutation: ${one}`);
  return failing.length === 0;
}

async function caught(copy: Copy, mutation: Mutation): Promise<Outcome> {
  const startedAt = performance.now();
  const { file, breaks, tests } = mutation;
  const found = await copy.with(mutation, async () => {
    for (const testFile of tests) {
      const test = await failedTest(copy.folder, testFile);
      if (test !== undefined) return { testFile, test };
    }
    return undefined;
  });
  return {
    file,
    breaks,
    caughtBy: found ?? null,
    on,
    seconds: Math.round((performance.now() - startedAt) / 1000),
  };
}

function tell(outcome: Outcome | undefined, number: number): void {
  if (!outcome) return;
  const { file, breaks, caughtBy, seconds } = outcome;
  const place = `${String(number).padStart(3)}/${chosen.length}`;
  console.log(`${place} ${caughtBy ? '✓' : '✗ SURVIVED'} ${file}: ${breaks} (${seconds} s)`);
  if (caughtBy) console.log(`          ${caughtBy.testFile} › ${caughtBy.test}`);
}

function concluded(outcomes: readonly Outcome[]): boolean {
  const survivors = outcomes.filter(({ caughtBy }) => caughtBy === null);
  console.log(`\n${outcomes.length} mutations, ${outcomes.length - survivors.length} caught`);
  for (const { file, breaks } of survivors) console.error(`✗ survived: ${file}: ${breaks}`);
  mkdirSync(`${project}dist/mutations`, { recursive: true });
  writeFileSync(`${project}dist/mutations/own.json`, `${JSON.stringify(outcomes, null, 2)}\n`);
  if (values['write-docs']) writePages(keepRecord({ own: outcomes }));
  return survivors.length === 0;
}

async function sideBySide<T>(
  copies: readonly Copy[],
  all: readonly T[],
  work: (copy: Copy, one: T) => Promise<void>,
): Promise<void> {
  const waiting = [...all];
  const lanes = copies.map(async copy => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(copy, one);
  });
  await Promise.all(lanes);
}
