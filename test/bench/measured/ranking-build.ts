import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startSortedSets } from '../peers/sorted-set.ts';
import { shown } from '../report/render.ts';
import {
  type Cell,
  type Context,
  type Part,
  type Result,
  ratioOf,
  spreadOf,
  type Table,
} from '../report/result.ts';
import { bundled } from '../support/bundles.ts';

export const rankingBuild: Part = {
  id: 'ranking-build',
  title: 'Building a ranking',
  kind: 'measured',
  rounds: 3, // a round of the largest city takes minutes
  run: async context => {
    const bundle = await bundled({ file: new URL('../peers/build.ts', import.meta.url) });
    const sets = await startSortedSets();
    try {
      return await measure(bundle, sets, context);
    } finally {
      await sets?.close();
    }
  },
};

type Sets = Awaited<ReturnType<typeof startSortedSets>>;

const ways = {
  boards: 'the boards of 22 scopes, with shared ranks',
  array: 'one board: an array of objects sorted by a comparison',
  numbers: 'one board: the same keys as plain numbers, sorted',
  refresh: 'complete refresh-rankings: read, parse, rank, pack, hash, write',
  close: 'complete close-month: the same, with checks and proofs',
} as const;
type Way = keyof typeof ways;

/** JavaScript heap in a function of 512 MB; the rest is for typed arrays, buffers and Node. */
const heapMb = 160;
const memoryMbMax = 512;

interface Lap {
  readonly ms: number;
  /** Peak memory, if it ran in its own process. */
  readonly peakMb?: number;
}

/** By way and number of drivers. */
type Laps = Map<string, Lap[]>;
const key = (way: string, drivers: number) => `${way} ${drivers}`;

async function measure(bundle: string, sets: Sets, { rounds, quick, step }: Context): Promise<Result> {
  const sizes = quick ? [1000, 10_000] : [10_000, 100_000, 1_000_000];
  const laps: Laps = new Map();
  for (const [at, drivers] of sizes.entries()) {
    for (let round = 1; round <= rounds; round += 1) {
      step(at * rounds + round - 1, sizes.length * rounds, `${drivers} drivers, round ${round} of ${rounds}`);
      for (const way of Object.keys(ways) as Way[]) {
        append(laps, key(way, drivers), await runOnce(bundle, way, drivers));
      }
      if (sets) append(laps, key('set', drivers), { ms: await sets.fill(drivers) });
    }
  }
  const largest = sizes.at(-1) ?? 0;
  const peak = spreadOf(peaks(laps, 'close', largest));
  return {
    tables: [timesTable(sizes, laps, sets?.name), memoryTable(sizes, laps)],
    figures: [
      {
        what: `boards of ${largest.toLocaleString('en-US')} drivers in 22 scopes, compared with sorting one array`,
        value: ratioOf(times(laps, 'boards', largest), times(laps, 'array', largest)),
        unit: 'times as long',
      },
      {
        what: `closing a month of ${largest.toLocaleString('en-US')} drivers, time of the tables excluded`,
        value: `${shown(spreadOf(times(laps, 'close', largest).map(ms => ms / 1000)))}`,
        unit: 's',
      },
      {
        what: 'peak memory of that',
        value: peak,
        unit: 'MB',
        goal: `${memoryMbMax}`,
      },
    ],
  };
}

async function runOnce(bundle: string, way: Way, drivers: number): Promise<Lap> {
  const heap = way === 'refresh' || way === 'close' ? [`--max-old-space-size=${heapMb}`] : [];
  const { stdout } = await promisify(execFile)(process.execPath, [...heap, bundle, way, String(drivers)]);
  return JSON.parse(stdout) as Lap;
}

function append(laps: Laps, name: string, lap: Lap): void {
  laps.set(name, [...(laps.get(name) ?? []), lap]);
}

function times(laps: Laps, way: string, drivers: number): number[] {
  return (laps.get(key(way, drivers)) ?? []).map(({ ms }) => ms);
}

function peaks(laps: Laps, way: Way, drivers: number): number[] {
  return (laps.get(key(way, drivers)) ?? []).flatMap(({ peakMb = [] }) => peakMb);
}

function timesTable(sizes: readonly number[], laps: Laps, setName: string | undefined): Table {
  const largest = sizes.at(-1) ?? 0;
  const tenfolds = sizes.slice(1).map((size, at): [from: number, to: number] => [sizes[at] ?? 0, size]);
  const comparedWith = (way: string, yardstick: string): Cell => {
    if (way === yardstick) return null;
    const theirs = times(laps, yardstick, largest);
    return theirs.length > 0 ? ratioOf(times(laps, way, largest), theirs) : 'not installed';
  };
  const row = (way: string, name: string): Cell[] => [
    name,
    ...sizes.map(size => spreadOf(times(laps, way, size))),
    ...tenfolds.map(([from, to]) => ratioOf(times(laps, way, to), times(laps, way, from))),
    comparedWith(way, 'array'),
    comparedWith(way, 'set'),
  ];
  const setRow = (): Cell[] =>
    setName
      ? row('set', `one board: filling a sorted set in ${setName}`)
      : ['one board: a sorted set in Redis or Valkey', ...sizes.map(() => 'not installed')];
  const grouped = (size: number) => size.toLocaleString('en-US');
  return {
    id: 'ranking-build',
    title: 'Milliseconds to build a ranking, by number of drivers',
    columns: [
      'way',
      ...sizes.map(grouped),
      ...tenfolds.map(([from, to]) => `${grouped(to)} / ${grouped(from)}, ratio`),
      `${grouped(largest)}, ratio to the sorted array`,
      `${grouped(largest)}, ratio to the sorted set`,
    ],
    rows: [...Object.entries(ways).map(([way, name]) => row(way, name)), setRow()],
    notes: [
      'Each way runs in a fresh process, in turns. For the two complete functions the tables are simulated, and their time is excluded.',
      'The array, the numbers and the sorted set hold one board. The complete functions build the boards of 22 scopes.',
    ],
  };
}

function memoryTable(sizes: readonly number[], laps: Laps): Table {
  const peakOf = (way: Way, size: number): Cell => spreadOf(peaks(laps, way, size));
  return {
    id: 'ranking-memory',
    title: 'Peak memory of the complete function, MB',
    columns: ['way', ...sizes.map(size => size.toLocaleString('en-US')), 'limit'],
    rows: (['refresh', 'close'] as const).map(way => [
      ways[way],
      ...sizes.map(size => peakOf(way, size)),
      memoryMbMax,
    ]),
    notes: [
      `Resident memory of the process with a heap of ${heapMb} MB, as in a function of ${memoryMbMax} MB. Deployed, the functions have 3,008 MB, because more memory comes with more CPU.`,
    ],
  };
}
