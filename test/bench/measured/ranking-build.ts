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
  rounds: 3, // a round of the largest takes minutes
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
  array: 'an array of objects sorted by a comparison, one scope',
  numbers: 'the same keys as bare numbers, sorted and nothing else',
  refresh: 'all of refresh-rankings: read, parse, rank, pack, hash, write',
  close: 'all of close-month: the same, checked and proved',
} as const;
type Way = keyof typeof ways;

/** What a function of 512 MB leaves to the heap of its program: the rest is for columns, buffers and Node. */
const heapMb = 160;
const memoryAllowedMb = 512;

interface Lap {
  readonly ms: number;
  /** Of a way that is a process of its own. */
  readonly peakMb?: number;
}

/** By way and size. */
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
        what: `boards of ${largest.toLocaleString('en-US')} drivers in 22 scopes, beside one array sorted by a comparison`,
        value: ratioOf(times(laps, 'boards', largest), times(laps, 'array', largest)),
        unit: 'times its time',
      },
      {
        what: `closing a month of ${largest.toLocaleString('en-US')} drivers, tables apart`,
        value: `${shown(spreadOf(times(laps, 'close', largest).map(ms => ms / 1000)))}`,
        unit: 's',
      },
      {
        what: `peak memory of that`,
        value: peak,
        unit: 'MB',
        goal: `${memoryAllowedMb}`,
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
  const beside = (way: string, yardstick: string): Cell => {
    if (way === yardstick) return null;
    const theirs = times(laps, yardstick, largest);
    return theirs.length > 0 ? ratioOf(times(laps, way, largest), theirs) : 'not installed';
  };
  const row = (way: string, name: string): Cell[] => [
    name,
    ...sizes.map(size => spreadOf(times(laps, way, size))),
    ...tenfolds.map(([from, to]) => ratioOf(times(laps, way, to), times(laps, way, from))),
    beside(way, 'array'),
    beside(way, 'set'),
  ];
  const setRow = (): Cell[] =>
    setName
      ? row('set', `a sorted set filled in ${setName}, one scope`)
      : ['a sorted set in Redis or Valkey', ...sizes.map(() => 'not installed')];
  const shortly = (size: number) => size.toLocaleString('en-US');
  return {
    id: 'ranking-build',
    title: 'Milliseconds to a ranking of so many drivers',
    columns: [
      'how',
      ...sizes.map(shortly),
      ...tenfolds.map(([from, to]) => `${shortly(from)} to ${shortly(to)}, times`),
      `${shortly(largest)}, times the sorted array`,
      `${shortly(largest)}, times the sorted set`,
    ],
    rows: [...Object.entries(ways).map(([way, name]) => row(way, name)), setRow()],
    notes: [
      'Each in a fresh process, turn by turn. Of the two whole functions the time that the tables take is left out: they are made up as they are read.',
      'The sorted array and the sorted set are of one scope; the boards are of 22, and the two whole functions read, pack, hash and write besides.',
    ],
  };
}

function memoryTable(sizes: readonly number[], laps: Laps): Table {
  const peakOf = (way: Way, size: number): Cell => spreadOf(peaks(laps, way, size));
  return {
    id: 'ranking-memory',
    title: 'Peak memory of the whole function, MB',
    columns: ['how', ...sizes.map(size => size.toLocaleString('en-US')), 'allowed'],
    rows: (['refresh', 'close'] as const).map(way => [
      ways[way],
      ...sizes.map(size => peakOf(way, size)),
      memoryAllowedMb,
    ]),
    notes: [
      `Resident memory of the process, with ${heapMb} MB for the heap as a function of ${memoryAllowedMb} MB has it; deployed they have 3,008 MB, for the processors that come with them.`,
    ],
  };
}
