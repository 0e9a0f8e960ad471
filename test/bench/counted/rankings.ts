import prices from '../../../infra/prices.json' with { type: 'json' };
import { putsConcurrentMax } from '../../../shared/dynamo/batch.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import type { Context, Part, Result, Table } from '../report/result.ts';
import { Bill, money } from '../support/bill.ts';
import type { Cost } from '../support/cost.ts';
import { type SimulatedCost, simulateClose, simulateRefresh } from '../support/simulated-ranking.ts';
import { openStage } from '../support/stage.ts';
import { boardUnitsMax, buildBudgets, overBudget, readBudgets } from './budgets.ts';
import { type Look, lookAt } from './looks.ts';

export const rankings: Part = {
  id: 'rankings',
  title: 'Cost of a ranking on the tables',
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
    builds.push({ drivers, refresh: await simulateRefresh(drivers), close: await simulateClose(drivers) });
  }
  step(1, 1);
  const largest = looks.at(-1);
  const shown = largest ? [largest.own, largest.page, largest.pageWithNames] : [];
  const largestBuild = builds.at(-1);
  return {
    tables: [looksTable(looks), buildsTable(builds), dollarsTable(builds)],
    figures: [
      {
        what: `own rank / page of 100 / the same with names, at ${sizes.map(size => size.toLocaleString('en-US')).join(', ')} drivers`,
        value: shown.map(({ readUnits }) => readUnits).join(' / '),
        unit: `RRU, in ${shown.map(({ requests }) => requests).join(' / ')} requests, at every size`,
        goal: '1 / 1 without names',
      },
      {
        what: `a ranking of ${(largestBuild?.drivers ?? 0).toLocaleString('en-US')} drivers, rebuilt every minute for a month, all AWS services`,
        value: largestBuild ? Math.round(billOf('refresh', largestBuild).sum * minutesAMonth) : null,
        unit: 'dollars',
      },
    ],
    overBudget: [...looks.flatMap(readsOverBudget), ...builds.flatMap(buildOverBudget)],
  };
}

function readsOverBudget({ drivers, ...look }: Look): string[] {
  const costs: [string, Cost][] = [
    ['page of 100', look.page],
    ['page of 100 with names', look.pageWithNames],
    ['page of 50 with names', look.shortPageWithNames],
    ['own rank', look.own],
    ['own rank with 4 neighbours and names', look.ownWithNeighbours],
  ];
  return overBudget(costs, readBudgets).map(sentence => `${sentence} (${drivers} drivers)`);
}

function buildOverBudget({ drivers, refresh, close }: Build): string[] {
  const boards = Object.entries({ refresh, close }).flatMap(([what, { boardUnits }]) => {
    const each = boardUnits / drivers / scopesEach;
    return each > boardUnitsMax
      ? [`${what} of ${drivers} drivers: ${each} WRU per driver and board, allowed ${boardUnitsMax}`]
      : [];
  });
  if (drivers !== 1000) return boards;
  return [
    ...boards,
    ...overBudget(
      [
        ['refresh', refresh],
        ['close', close],
      ],
      buildBudgets,
    ),
  ];
}

function looksTable(looks: readonly Look[]): Table {
  const cells = ({ readUnits, requests }: Cost) => [readUnits, requests];
  return {
    id: 'looks',
    title: 'Cost of reading a ranking',
    columns: [
      'drivers',
      'page of 100, RRU',
      'requests',
      'with names, RRU',
      'requests',
      'own rank, RRU',
      'requests',
      'with 4 neighbours and names, RRU',
      'requests',
    ],
    rows: looks.map(({ drivers, page, pageWithNames, own, ownWithNeighbours }) => [
      drivers,
      ...cells(page),
      ...cells(pageWithNames),
      ...cells(own),
      ...cells(ownWithNeighbours),
    ]),
    notes: ['A name costs 0.5 RRU, whether the driver has a profile or not. Reads write nothing.'],
  };
}

/** Each driver is on four boards: all, district, occupation, platform. */
const scopesEach = 4;

interface Build {
  readonly drivers: number;
  readonly refresh: SimulatedCost;
  readonly close: SimulatedCost;
}

function buildsTable(builds: readonly Build[]): Table {
  return {
    id: 'builds',
    title: 'Cost of building and of closing a month',
    columns: [
      'drivers',
      'refresh, RRU',
      'WRU',
      'requests',
      'boards only, WRU per driver and board',
      'close, RRU',
      'WRU',
      'requests',
      'boards only, WRU per driver and board',
      'proofs, WRU per driver',
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
      `Each driver is on ${scopesEach} boards; the budget is ${boardUnitsMax} WRU per driver and board. A refresh without changes writes 2 WRU.`,
      'A close reads complete accounts, checks a thousand of them against their entries, and writes a proof for each row in addition to the boards.',
      'Calculated for a generated city by DynamoDB’s billing rules; test/bench/counted.test.ts compares the calculation with the real engine.',
    ],
  };
}

const minutesAMonth = 30 * 24 * 60;
const { callMs, rankingUsEachDriver } = prices.assumed;
const functions = { refresh: 'refresh-rankings', close: 'close-month' } as const;

/** The function's CPU time plus the wait for its concurrent writes. */
function msOf(what: keyof typeof functions, build: Build): number {
  const waitedMs = (build[what].requests * callMs.write) / putsConcurrentMax;
  return (rankingUsEachDriver[what] * build.drivers) / 1000 + waitedMs;
}

function billOf(what: keyof typeof functions, build: Build): Bill {
  const { writeUnits, readUnits } = build[what];
  return new Bill(1).invoke(functions[what], 1, msOf(what, build)).tables(writeUnits, readUnits);
}

function dollarsTable(builds: readonly Build[]): Table {
  return {
    id: 'builds-dollars',
    title: `The same in seconds and dollars, ${prices.region}, list prices of ${prices.lookedUp}`,
    columns: [
      'drivers',
      'a refresh, s',
      'dollars',
      'every minute for 30 days, dollars',
      'every ten minutes, dollars',
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
      `Every refresh writes all boards, as it does while drivers earn points. Includes tables, function time and logs. CPU time is from ranking-build at a million drivers; ${callMs.write} ms per write and ${putsConcurrentMax} concurrent writes are assumptions (infra/prices.json), not measured on AWS.`,
    ],
  };
}
