import { driversConcurrentMax } from '../../../shared/awards/use-cases/award-deliveries.ts';
import { putAll } from '../../../shared/dynamo/batch.ts';
import { openDatabase } from '../../../shared/dynamo/client.ts';
import { makeTable } from '../../support/make-tables.ts';
import { shapes, type TableSetup } from '../peers/idempotency-table.ts';
import { shape } from '../peers/one-item.ts';
import { nameOf } from '../peers/peer.ts';
import { startPostgres } from '../peers/postgres.ts';
import { type Context, type Part, type Result, ratioOf, spreadOf } from '../report/result.ts';
import { startFunction } from '../support/award-stage.ts';
import { type Contender, startContender } from '../support/contender.ts';
import { type Awards, driverIdOf } from '../support/events.ts';
import { openStage, type Stage } from '../support/stage.ts';

export const peerRates: Part = {
  id: 'peer-rates',
  title: 'Awards per second, compared with alternative designs',
  kind: 'measured',
  rounds: 7,
  run: async context => {
    const stage = await openStage();
    const postgres = await startPostgres();
    const contenders: Contender<Awards>[] = [];
    try {
      const drivers = context.quick ? 40 : 250;
      const racers = await startAll(stage, drivers, contender => contenders.push(contender));
      const sql = postgres && ((awards: number) => postgres.rate(drivers, awards));
      return await race([...racers, { name: sqlName, rate: sql }], drivers, context);
    } finally {
      await Promise.all(contenders.map(contender => contender.close()));
      await postgres?.close();
      await stage.close();
    }
  },
};

const ours = 'this ledger, through the function’s bundle';
const sqlName = 'one SQL ledger on PostgreSQL, by pgbench';

interface Racer {
  readonly name: string;
  /** Awards per second; undefined if the program is not installed. */
  readonly rate: ((awards: number, round: string) => Promise<number>) | undefined;
}

async function startAll(
  stage: Stage,
  drivers: number,
  started: (contender: Contender<Awards>) => void,
): Promise<Racer[]> {
  const racer = (name: string, contender: Contender<Awards>): Racer => {
    started(contender);
    return {
      name,
      rate: async (awards, round) => {
        const { ms } = await contender.run({ round, drivers, batch: 1 });
        return (awards * 1000) / ms;
      },
    };
  };
  const { endpoint } = stage;
  const onItems = async (seen: number) => {
    const table = await makeTable(stage.config, shape);
    await putAll(
      openDatabase(() => table, stage.config),
      table,
      agedItems(drivers, seen),
    );
    const module = new URL('../peers/one-item.ts', import.meta.url);
    return startContender<{ endpoint: string; table: string }, Awards>(module, { endpoint, table });
  };
  const names = Object.fromEntries(
    await Promise.all(
      Object.entries(shapes).map(async ([table, one]) => [table, await makeTable(stage.config, one)]),
    ),
  ) as Record<string, string>;
  const idempotencyTable = new URL('../peers/idempotency-table.ts', import.meta.url);
  return [
    racer(ours, (await startFunction(stage)).contender),
    racer('one account item, 10 ids in it', await onItems(10)),
    racer('one account item, 1,000 ids in it', await onItems(1000)),
    racer(
      'a library’s idempotency table next to the write',
      await startContender<TableSetup, Awards>(idempotencyTable, { endpoint, names }),
    ),
  ];
}

function* agedItems(drivers: number, seen: number) {
  for (let driver = 0; driver < drivers; driver += 1) {
    const names = Array.from({ length: seen }, (_, n) => nameOf('seen', driver, n));
    yield { driverId: driverIdOf(driver), balance: 5 * seen, seen: new Set(names) };
  }
}

async function race(racers: readonly Racer[], drivers: number, { rounds, step }: Context): Promise<Result> {
  const rates = new Map<string, number[]>(racers.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, { name, rate }] of racers.entries()) {
      step(round * racers.length + at, (rounds + 1) * racers.length, `round ${round} of ${rounds}: ${name}`);
      const reached = await rate?.(drivers, `r${String(round).padStart(3, '0')}`);
      if (round > 0 && reached) rates.get(name)?.push(reached);
    }
  }
  const own = rates.get(ours) ?? [];
  return {
    tables: [
      {
        id: 'peer-rates',
        title: peerRates.title,
        columns: ['design', 'awards per second', 'rate of this ledger / of this design'],
        rows: racers.map(({ name, rate }) => {
          const theirs = rates.get(name) ?? [];
          if (!rate) return [name, 'not installed', null];
          return [name, spreadOf(theirs), name === ours ? null : ratioOf(own, theirs)];
        }),
        notes: [
          `${driversConcurrentMax} concurrent awards, each design in its own process, in turns. The designs on tables share one engine; the engine and PostgreSQL both flush every commit to the disk.`,
          'The alternatives have no rules, caps, hash chain, validation or ranking, and store less (see the table above).',
        ],
      },
    ],
    figures: [],
  };
}
