import { driversConcurrentMax } from '../../../shared/awards/use-cases/award-deliveries.ts';
import type { BareSetup } from '../peers/bare.ts';
import { type Context, type Part, type Result, ratioOf, type Spread, spreadOf } from '../report/result.ts';
import { anItemOf, startFunction } from '../support/award-stage.ts';
import { type Contender, type Lap, startContender } from '../support/contender.ts';
import type { Awards } from '../support/events.ts';
import { openStage, type Stage } from '../support/stage.ts';

export const awardRate: Part = {
  id: 'award-rate',
  title: 'Awards per second, compared with bare loops on the same engine',
  kind: 'measured',
  rounds: 7,
  run: async context => {
    const stage = await openStage();
    const contenders = await startAll(stage);
    try {
      return await race(contenders, context);
    } finally {
      await Promise.all(contenders.map(({ contender }) => contender.close()));
      await stage.close();
    }
  },
};

interface Named {
  readonly name: string;
  readonly contender: Contender<Awards>;
}

const ours = 'the function’s bundle';
const floor = 'the same reads and transactions, with the SDK';
const light = 'the same reads and transactions, with signed fetch';
const blind = 'the transactions alone, with the SDK';
/** An award makes one read and one transaction. */
const requestsPerAward = 2;

async function startAll(stage: Stage): Promise<Named[]> {
  const { contender, database } = await startFunction(stage);
  await contender.run({ round: '0000', drivers: 20, batch: 1 });
  const account = await anItemOf(stage, database, 'accounts');
  const entry = await anItemOf(stage, database, 'ledger');
  const bare = async (name: string, how: Pick<BareSetup, 'reads' | 'by'>): Promise<Named> => {
    const { tableName } = await stage.freshDatabase();
    const tables = { accounts: tableName('accounts'), ledger: tableName('ledger') };
    const setup: BareSetup = { endpoint: stage.endpoint, tables, account, entry, ...how };
    const module = new URL('../peers/bare.ts', import.meta.url);
    return { name, contender: await startContender<BareSetup, Awards>(module, setup) };
  };
  return [
    { name: ours, contender },
    await bare(floor, { reads: true, by: 'SDK' }),
    await bare(blind, { reads: false, by: 'SDK' }),
    await bare(light, { reads: true, by: 'fetch' }),
  ];
}

const batches = [1, 5, 10];

async function race(contenders: readonly Named[], { rounds, quick, step }: Context): Promise<Result> {
  const drivers = quick ? 50 : 300;
  const laps = new Map<string, Lap[]>();
  const total = (rounds + 1) * batches.length;
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, batch] of batches.entries()) {
      step(round * batches.length + at, total, `round ${round} of ${rounds}, ${batch} of a driver`);
      // The order rotates from round to round. Round 0 warms up.
      for (const { name, contender } of rotated(contenders, round)) {
        const awards = { round: `${batch}`.padStart(2, '0') + `${round}`.padStart(2, '0'), drivers, batch };
        const lap = await contender.run(awards);
        const key = `${name} ${batch}`;
        if (round > 0) laps.set(key, [...(laps.get(key) ?? []), lap]);
      }
    }
  }
  const rates = (name: string, batch: number) =>
    (laps.get(`${name} ${batch}`) ?? []).map(({ ms }) => (drivers * batch * 1000) / ms);
  const cpu = (name: string, batch: number) =>
    (laps.get(`${name} ${batch}`) ?? []).map(({ cpuMs }) => (cpuMs * 1000) / (drivers * batch));
  return resultOf(
    batches.flatMap(batch =>
      contenders.map(
        ({ name }): Row => [
          name,
          batch,
          spreadOf(rates(name, batch)),
          name === ours ? null : ratioOf(rates(ours, batch), rates(name, batch)),
          spreadOf(cpu(name, batch)),
        ],
      ),
    ),
    drivers,
  );
}

type Row = readonly [who: string, batch: number, rate: Spread, ratio: Spread | null, cpuUs: Spread];

export function resultOf(rows: readonly Row[], drivers: number): Result {
  const rowOf = (name: string, batch: number) => rows.find(row => row[0] === name && row[1] === batch);
  const perRequestUs = (name: string) =>
    Math.round((rowOf(name, 1)?.[4].median ?? Number.NaN) / requestsPerAward);
  const comparisons: readonly [name: string, loop: string][] = [
    [floor, 'a bare loop of the same reads and transactions'],
    [blind, 'a write-only loop, which does not read before it writes'],
  ];
  return {
    tables: [
      {
        id: 'award-rate',
        title: awardRate.title,
        columns: [
          'subject',
          'events per driver in a batch',
          'awards per second',
          'rate of the function / of this loop',
          'CPU per award, µs',
        ],
        rows,
        notes: [
          `${drivers} drivers, ${driversConcurrentMax} concurrently. All subjects share one engine, but each has its own process and tables; they run in turns.`,
          'The function also validates, decides, hashes, parses what it reads, logs and counts.',
          `A request takes ${perRequestUs(floor)} µs of CPU with the SDK and ${perRequestUs(light)} with signed fetch.`,
        ],
      },
    ],
    figures: comparisons.flatMap(([name, loop]) =>
      batches.map(batch => ({
        what: `rate of the function / of ${loop}, ${batch} events per driver`,
        value: rowOf(name, batch)?.[3] ?? null,
        unit: 'times',
        goal: '0.8 or more',
      })),
    ),
  };
}

function rotated<T>(all: readonly T[], by: number): T[] {
  const start = by % all.length;
  return [...all.slice(start), ...all.slice(0, start)];
}
