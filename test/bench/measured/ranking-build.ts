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
  readonly peakMb: number;
}

/** By way and size. */
type Laps = Map<string, Lap[]>;
const key = (way: string, drivers: number) => `${way} ${drivers}`;

async function measure(bundle: string, sets: Sets, { rounds, quick, step }: Context): Promise<Result> {
  const sizes = quick ? [1000, 10_000] : [10_000, 100_000, 1_000_000];
  const laps: Laps = new Map();
  const filled: Laps = new Map();
  for (const [at, drivers] of sizes.entries()) {
    for (let round = 1; round <= rounds; round += 1) {
      step(at * rounds + round - 1, sizes.length * rounds, `${drivers} drivers, round ${round} of ${rounds}`);
      for (const way of Object.keys(ways) as Way[]) {
        append(laps, key(way, drivers), await runOnce(bundle, way, drivers));
      }
      if (sets) append(filled, key('set', drivers), { ms: (await sets.fill(drivers)).ms, peakMb: 0 });
    }
  }
  const largest = sizes.at(-1) ?? 0;
  const peak = spreadOf((laps.get(key('close', largest)) ?? []).map(({ peakMb }) => peakMb));
  return {
    tables: [timesTable(sizes, laps, filled, sets?.name), memoryTable(sizes, laps)],
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

function timesTable(sizes: readonly number[], laps: Laps, filled: Laps, setName: string | undefined): Table {
  const growth = (from: Laps, way: string): Cell => {
    const [before, last] = sizes.slice(-2).map(size => spreadOf(times(from, way, size)).median);
    return before && last ? last / before : null;
  };
  const row = (from: Laps, way: string, name: string): Cell[] => [
    name,
    ...sizes.map((size): Cell => spreadOf(times(from, way, size))),
    growth(from, way),
  ];
  const setRow: Cell[] = setName
    ? row(filled, 'set', `a sorted set filled in ${setName}, one scope`)
    : ['a sorted set in Redis or Valkey', ...sizes.map(() => 'not installed'), null];
  return {
    id: 'ranking-build',
    title: 'Milliseconds to a ranking of so many drivers',
    columns: ['how', ...sizes.map(size => size.toLocaleString('en-US')), 'last tenfold, times'],
    rows: [...Object.entries(ways).map(([way, name]) => row(laps, way, name)), setRow],
    notes: [
      'Each in a fresh process, turn by turn. Of the two whole functions the time that the tables take is left out: they are made up as they are read.',
    ],
  };
}

function memoryTable(sizes: readonly number[], laps: Laps): Table {
  const peakOf = (way: Way, size: number): Cell =>
    spreadOf((laps.get(key(way, size)) ?? []).map(({ peakMb }) => peakMb));
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
