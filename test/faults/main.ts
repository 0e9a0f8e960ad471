import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzz } from '../fuzz/play.ts';
import { originOf, writeEvidence } from '../support/evidence.ts';
import { playForever } from './forever.ts';
import { playLoad } from './load/play.ts';
import { playMatrix } from './matrix.ts';
import { playMixture } from './mixture/play.ts';
import { help, type Options, optionsFrom } from './options.ts';
import { pageOf } from './report/page.ts';
import { Gatherer, type Results } from './report/results.ts';
import { Screen } from './report/screen.ts';
import { aligned, legend, matrixTable, otherPartsTable } from './report/tables.ts';
import { type Assembly, assemble } from './stage/assembly.ts';
import type { UseCase } from './use-case.ts';
import { useCases } from './use-cases/all.ts';

const parts = ['matrix', 'forever', 'mixtures', 'load', 'fuzz'];
const workersMax = 4;
const overloadMs = 60_000;

const options = optionsFrom(process.argv.slice(2), Date.now() % 1_000_000);
if (options === 'help') console.log(help);
else if ('sentence' in options) refuse(options.sentence);
else {
  const known = [...parts, ...useCases.map(({ name }) => name)];
  const unknown = options.only.find(word => !known.includes(word));
  if (unknown) refuse(`--only does not know ${unknown}; it knows ${known.join(', ')}`);
  else process.exitCode = await run(options);
}

function refuse(sentence: string): void {
  console.error(`${sentence}\n\n${help}`);
  process.exitCode = 2;
}

/** @returns the exit code: 1 if any state differed */
async function run(options: Options): Promise<number> {
  const startedAt = performance.now();
  const gatherer = new Gatherer();
  const screen = new Screen(gatherer);
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-faults-assembly-'));
  const assembly = await assemble(folder);
  const wants = (part: string) => options.only.length === 0 || options.only.includes(part);
  const origin = originOf();
  /** Called after each part, so that an aborted run keeps what it has found. */
  const save = () => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const results = gatherer.results({ ...origin, seed: options.seed, seconds });
    return { results, files: writeEvidence(options.out, 'faults', results, pageOf(results)) };
  };
  console.log(`seed ${options.seed}`);
  try {
    const chosen = wants('matrix') ? useCases : useCases.filter(({ name }) => wants(name));
    const workers = options.workers ?? Math.min(workersMax, availableParallelism());
    await concurrently(chosen, workers, async useCase => {
      await matrixOf(assembly, useCase, gatherer, screen);
      save();
    });
    if (wants('forever')) {
      const done = reportTo(screen, gatherer.forever);
      await playForever(assembly, done).catch(asDifference(error => done({ ...error, repeated: 0 })));
      save();
    }
    if (wants('mixtures')) {
      await mixturesOf(assembly, options, gatherer, screen);
      save();
    }
    if (wants('load')) {
      const done = reportTo(screen, gatherer.load);
      const durations = { soakMs: options.soakMs, overloadMs };
      await playLoad(durations, words => screen.draw(words), done).catch(
        asDifference(error => done({ ...error, figures: {} })),
      );
      save();
    }
    if (wants('fuzz')) {
      const results = await fuzz(options.requests, options.seed, words => screen.draw(words));
      results.forEach(reportTo(screen, gatherer.fuzz));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { results, files } = save();
  show(results, files);
  return results.different === 0 ? 0 : 1;
}

interface Reported {
  readonly name: string;
  readonly differences: readonly string[];
}

function reportTo<T extends Reported>(screen: Screen, results: T[]): (result: T) => void {
  return result => {
    results.push(result);
    screen.say(result.name, result.differences);
  };
}

/** Records an exception as a difference, so that a part that fails does not lose the results of the others. */
function asDifference(note: (difference: Reported) => void): (error: Error) => void {
  return error => note({ name: 'aborted', differences: [error.stack ?? error.message] });
}

async function matrixOf(
  assembly: Assembly,
  useCase: UseCase,
  gatherer: Gatherer,
  screen: Screen,
): Promise<void> {
  const { name } = useCase;
  gatherer.begin(name, useCase.breaks);
  const failed = await playMatrix(assembly, useCase, {
    planned: (trials, calls) => {
      screen.expect(trials);
      gatherer.countCalls(name, calls);
    },
    done: trial => {
      gatherer.add(trial);
      screen.tick(`${name}: ${trial.kind}, ${trial.at}`, trial.differences);
    },
  }).catch((error: Error) => error);
  if (failed) gatherer.add({ useCase: name, kind: 'clean', at: 'start', differences: [failed.message] });
  gatherer.end(name);
  screen.say(name, failed ? [failed.message] : []);
}

async function mixturesOf(
  assembly: Assembly,
  { seed, mixtures }: Options,
  gatherer: Gatherer,
  screen: Screen,
): Promise<void> {
  for (let number = 0; number < mixtures; number += 1) {
    const mixtureSeed = seed + number;
    const mixture = await playMixture(assembly, mixtureSeed, number % 2 === 0 ? 'here' : 'apart').catch(
      (error: Error) => ({ seed: mixtureSeed, injected: {}, differences: [error.stack ?? error.message] }),
    );
    gatherer.mixtures.push(mixture);
    screen.say(`random mixture, seed ${mixtureSeed}`, mixture.differences);
  }
}

async function concurrently<T>(
  all: readonly T[],
  workerCount: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = [...all];
  const workers = Array.from({ length: workerCount }, async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
  });
  await Promise.all(workers);
}

function show(results: Results, files: string): void {
  if (results.matrix.length > 0) {
    console.log(`\n${aligned(matrixTable(results.matrix))}\n\n${aligned(legend(), 3)}`);
  }
  const others = otherPartsTable(results);
  if (others.length > 1) console.log(`\n${aligned(others)}`);
  console.log(`\n${results.faults} faults, ${results.different} differences; written to ${files}`);
}
