import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { wordsOf } from '../../tools/words.ts';
import { keepRecord, percent, playedOn, scoreMin, versionOf, writePages } from './docs.ts';
import { brokenCount, countsOf, type DomainResult, type Report, survivorsOf } from './domain-report.ts';

const help = `npm run mutations:domain -- [--read] [--write-docs]

Has Stryker break shared/domain in some two thousand places, one after the other, and run the tests of the rules on
each. Fails where of all files together fewer than ${scoreMin} of a hundred are caught, or where one survives that
test/mutations/survivors.ts does not explain. Stryker is fetched by npx and is no dependency of the project.

  --read        takes what the last run has found, and runs nothing
  --write-docs  puts it into docs/mutations.md

A whole run takes some quarter of an hour on two cores, a further one only what has changed. What was found is in
dist/mutations/domain.json, in the schema of the mutation testing elements.`;

const { values } = wordsOf(help, {
  read: { type: 'boolean', default: false },
  'write-docs': { type: 'boolean', default: false },
});

const project = fileURLToPath(new URL('../../', import.meta.url));
const stryker = '10.1.1';
/** The versions that were tried together. vitest must be the project's own: the runner looks for it there. */
const packages = [
  `@stryker-mutator/core@${stryker}`,
  `@stryker-mutator/vitest-runner@${stryker}`,
  `vitest@${versionOf('vitest')}`,
];

if (!values.read) {
  const named = packages.flatMap(name => ['--package', name]);
  const command = ['--yes', ...named, 'stryker', 'run', 'test/mutations/domain.config.json'];
  const { status } = spawnSync('npx', command, { cwd: project, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
process.exitCode = concluded(JSON.parse(readFileSync(`${project}dist/mutations/domain.json`, 'utf8')))
  ? 0
  : 1;

function concluded(report: Report): boolean {
  const files = countsOf(report);
  const caught = files.reduce((sum, one) => sum + one.caught, 0);
  const survived = files.reduce((sum, one) => sum + one.survived, 0);
  const score = percent(caught, caught + survived);
  for (const one of files) {
    const total = one.caught + one.survived;
    console.log(`${percent(one.caught, total).padStart(6)} %  ${one.file}  ${one.caught}/${total}`);
  }
  const survivors = survivorsOf(report);
  const unexplained = survivors.filter(({ why }) => why === undefined);
  for (const { file, line, was, now } of unexplained)
    console.error(`✗ ${file}:${line}\n  - ${was}\n  + ${now}`);
  console.log(`\n${score} % of ${caught + survived} mutants are caught, ${survived} survive`);
  const broken = brokenCount(report);
  if (broken > 0) console.log(`${broken} could not be run`);
  if (unexplained.length > 0) console.error(`✗ ${unexplained.length} survivors are explained nowhere`);
  const tooFew = 100 * caught < scoreMin * (caught + survived);
  if (tooFew) console.error(`✗ fewer than ${scoreMin} % are caught`);
  if (unexplained.length > 0 || tooFew) return false;
  if (values['write-docs']) writePages(keepRecord({ domain: resultOf(files, survivors) }));
  return true;
}

function resultOf(files: DomainResult['files'], survivors: ReturnType<typeof survivorsOf>): DomainResult {
  const on = playedOn(`Stryker ${stryker}`, `vitest ${versionOf('vitest')}`);
  return { on, files, survivors: survivors.map(({ line: _, why = '', ...one }) => ({ ...one, why })) };
}
