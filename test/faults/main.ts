import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fuzz } from '../fuzz/play.ts';
import { commit } from '../support/commit.ts';
import { playForever } from './forever.ts';
import { playLoad } from './load/play.ts';
import { playMatrix } from './matrix.ts';
import { playMixture } from './mixture/play.ts';
import { help, type Options, optionsFrom } from './options.ts';
import { writeDocs } from './report/docs.ts';
import { Gatherer, type Results } from './report/results.ts';
import { Screen } from './report/screen.ts';
import { aligned, besidesTable, legend, matrixTable } from './report/tables.ts';
import { type Assembly, assemble } from './stage/assembly.ts';
import type { UseCase } from './use-case.ts';
import { useCases } from './use-cases/all.ts';

const parts = ['matrix', 'forever', 'mixtures', 'load', 'rubbish'];
const lanesMax = 4;
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

/** @returns 1 where anything differed */
async function run(options: Options): Promise<number> {
  const startedAt = performance.now();
  const gatherer = new Gatherer();
  const screen = new Screen(gatherer);
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-faults-assembly-'));
  const assembly = await assemble(folder);
  const wants = (part: string) => options.only.length === 0 || options.only.includes(part);
  const keep = () => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const facts = { seed: options.seed, ...circumstances(), seconds };
    return keepResults(gatherer.results(facts), options);
  };
  console.log(`seed ${options.seed}`);
  try {
    const chosen = wants('matrix') ? useCases : useCases.filter(({ name }) => wants(name));
    await inLanes(chosen, options.lanes ?? Math.min(lanesMax, availableParallelism()), async useCase => {
      await matrixOf(assembly, useCase, gatherer, screen);
      keep();
    });
    if (wants('forever')) {
      const done = told(screen, gatherer.forever);
      await playForever(assembly, done).catch(asDifference(error => done({ ...error, repeated: 0 })));
      keep();
    }
    if (wants('mixtures')) {
      await mixturesOf(assembly, options, gatherer, screen);
      keep();
    }
    if (wants('load')) {
      const done = told(screen, gatherer.load);
      const durations = { soakMs: options.soakMs, overloadMs };
      await playLoad(durations, words => screen.draw(words), done).catch(
        asDifference(error => done({ ...error, figures: {} })),
      );
      keep();
    }
    if (wants('rubbish')) {
      const results = await fuzz(options.rubbish, options.seed, words => screen.draw(words));
      results.forEach(told(screen, gatherer.rubbish));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { results, file } = keep();
  show(results, file);
  return results.different === 0 ? 0 : 1;
}

function circumstances() {
  const date = new Date().toISOString().slice(0, 10);
  return { date, commit: commit(), node: process.versions.node, cores: availableParallelism() };
}

interface Told {
  readonly name: string;
  readonly differences: readonly string[];
}

function told<T extends Told>(screen: Screen, results: T[]): (result: T) => void {
  return result => {
    results.push(result);
    screen.say(result.name, result.differences);
  };
}

/** A part that breaks off takes nothing from what the others have found. */
function asDifference(note: (difference: Told) => void): (error: Error) => void {
  return error => note({ name: 'broken off', differences: [error.stack ?? error.message] });
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
  if (failed)
    gatherer.add({ useCase: name, kind: 'clean', at: 'the beginning', differences: [failed.message] });
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
    const own = seed + number;
    const mixture = await playMixture(assembly, own, number % 2 === 0 ? 'here' : 'apart').catch(
      (error: Error) => ({ seed: own, injected: {}, differences: [error.stack ?? error.message] }),
    );
    gatherer.mixtures.push(mixture);
    screen.say(`random mixture, seed ${own}`, mixture.differences);
  }
}

async function inLanes<T>(all: readonly T[], count: number, work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const lanes = Array.from({ length: count }, async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  });
  await Promise.all(lanes);
}

/** As soon as a part is through: a run that breaks off keeps what it has found. */
function keepResults(results: Results, { out, writesDocs }: Options): { results: Results; file: string } {
  const file = resolve(out ?? fileURLToPath(new URL('../../dist/faults.json', import.meta.url)));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  if (writesDocs) writeDocs(results);
  return { results, file };
}

function show(results: Results, file: string): void {
  if (results.matrix.length > 0) {
    console.log(`\n${aligned(matrixTable(results.matrix))}\n\n${aligned(legend(), 3)}`);
  }
  const besides = besidesTable(results);
  if (besides.length > 1) console.log(`\n${aligned(besides)}`);
  console.log(`\n${results.faults} faults, ${results.different} differences; ${file}`);
}
