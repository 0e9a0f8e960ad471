import prices from '../../../infra/prices.json' with { type: 'json' };
import { putLanes } from '../../../shared/dynamo/batch.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import type { Context, Part, Result, Table } from '../report/result.ts';
import { Bill, money } from '../support/bill.ts';
import type { Cost } from '../support/cost.ts';
import { closeOnPaper, type OnPaper, refreshOnPaper } from '../support/paper-ranking.ts';
import { openStage } from '../support/stage.ts';
import { type Look, lookAt } from './looks.ts';

export const rankings: Part = {
  id: 'rankings',
  title: 'What a ranking costs on the tables',
  kind: 'counted',
  run: async context => {
    const sizes = context.quick ? [1000, 10_000] : [1000, 100_000, 1_000_000];
    const stage = await openStage();
    try {
      return await countRankings(() => stage.freshDatabase(), sizes, context);
    } finally {
      await stage.close();
    }
  },
};

export async function countRankings(
  freshDatabase: () => Promise<Database>,
  sizes: readonly number[],
  { step }: Pick<Context, 'step'>,
): Promise<Result> {
  const looks: Look[] = [];
  const builds: Build[] = [];
  for (const [at, drivers] of sizes.entries()) {
    step(2 * at, 2 * sizes.length, `boards of ${drivers} drivers`);
    looks.push(await lookAt(await freshDatabase(), drivers));
    step(2 * at + 1, 2 * sizes.length, `refresh and close of ${drivers} drivers`);
    builds.push({ drivers, refresh: await refreshOnPaper(drivers), close: await closeOnPaper(drivers) });
  }
  step(1, 1);
  const largest = looks.at(-1);
  const shown = largest ? [largest.own, largest.page, largest.pageWithNames] : [];
  const largestBuild = builds.at(-1);
  return {
    tables: [looksTable(looks), buildsTable(builds), dollarsTable(builds)],
    figures: [
      {
        what: `own rank / page of 100 / the same with its names, at ${sizes.map(size => size.toLocaleString('en-US')).join(', ')} drivers`,
        value: shown.map(({ readUnits }) => readUnits).join(' / '),
        unit: `RRU, in ${shown.map(({ requests }) => requests).join(' / ')} requests, at every size`,
        goal: '1 / 1, names apart',
      },
      {
        what: `a ranking of ${(largestBuild?.drivers ?? 0).toLocaleString('en-US')} drivers, built each minute for a month, everything on AWS`,
        value: largestBuild ? Math.round(billOf('refresh', largestBuild).sum * minutesAMonth) : null,
        unit: 'dollars',
      },
    ],
  };
}

function looksTable(looks: readonly Look[]): Table {
  const cells = ({ readUnits, requests }: Cost) => [readUnits, requests];
  return {
    id: 'looks',
    title: 'What a look at a ranking costs',
    columns: [
      'drivers',
      'page of 100, RRU',
      'requests',
      'with its names, RRU',
      'requests',
      'own rank, RRU',
      'requests',
      'with 4 neighbours and their names, RRU',
      'requests',
    ],
    rows: looks.map(({ drivers, page, pageWithNames, own, ownWithNeighbours }) => [
      drivers,
      ...cells(page),
      ...cells(pageWithNames),
      ...cells(own),
      ...cells(ownWithNeighbours),
    ]),
    notes: ['A name is half a unit, whether the driver has a profile or not; nothing is written.'],
  };
}

/** Everybody, a district, an occupation, a platform. */
const scopesEach = 4;

interface Build {
  readonly drivers: number;
  readonly refresh: OnPaper;
  readonly close: OnPaper;
}

function buildsTable(builds: readonly Build[]): Table {
  return {
    id: 'builds',
    title: 'What it costs to build and to close a month',
    columns: [
      'drivers',
      'refresh, RRU',
      'WRU',
      'requests',
      'boards alone, WRU a driver and scope',
      'close, RRU',
      'WRU',
      'requests',
      'boards alone, WRU a driver and scope',
      'what proves them, WRU a driver',
    ],
    rows: builds.map(({ drivers, refresh, close }) => [
      drivers,
      refresh.readUnits,
      refresh.writeUnits,
      refresh.requests,
      refresh.boardUnits / drivers / scopesEach,
      close.readUnits,
      close.writeUnits,
      close.requests,
      close.boardUnits / drivers / scopesEach,
      (close.writeUnits - close.boardUnits) / drivers,
    ]),
    notes: [
      `Every driver stands in ${scopesEach} scopes; 0.06 units a driver and scope are allowed for boards. A refresh that finds nothing changed writes 2.`,
      'A close reads the accounts whole, checks a thousand of them against their entries, and writes besides the boards what proves each row (and a few units that say that it is closed).',
      'Reckoned by DynamoDB’s rules from a made-up city; test/bench/counted.test.ts holds that against the real engine.',
    ],
  };
}

const minutesAMonth = 30 * 24 * 60;
const { callMs, rankingUsEachDriver } = prices.assumed;
const functions = { refresh: 'refresh-rankings', close: 'close-month' } as const;

/** The function's own work, and its writes as many at a time as it sends. */
function msOf(what: keyof typeof functions, build: Build): number {
  const waitedMs = (build[what].requests * callMs.write) / putLanes;
  return (rankingUsEachDriver[what] * build.drivers) / 1000 + waitedMs;
}

function billOf(what: keyof typeof functions, build: Build): Bill {
  const { writeUnits, readUnits } = build[what];
  return new Bill(1).invoke(functions[what], 1, msOf(what, build)).tables(writeUnits, readUnits);
}

function dollarsTable(builds: readonly Build[]): Table {
  return {
    id: 'builds-dollars',
    title: `What that is in seconds and in dollars, ${prices.region}, list prices of ${prices.lookedUp}`,
    columns: [
      'drivers',
      'a refresh, s',
      'dollars',
      'each minute for 30 days, dollars',
      'each ten minutes, dollars',
      'a close, s',
      'dollars',
    ],
    rows: builds.map(build => {
      const [refresh, close] = [billOf('refresh', build).sum, billOf('close', build).sum];
      return [
        build.drivers,
        (msOf('refresh', build) / 1000).toFixed(1),
        refresh.toFixed(4),
        money(refresh * minutesAMonth),
        money((refresh * minutesAMonth) / 10),
        (msOf('close', build) / 1000).toFixed(1),
        close.toFixed(4),
      ];
    }),
    notes: [
      `Each refresh writes all boards, as while drivers earn. Tables, function time and its logs; the function’s own work as ranking-build measures it at a million drivers, a write ${callMs.write} ms and ${putLanes} of them at a time (infra/prices.json): nobody measured it on AWS.`,
    ],
  };
}
