import { readOwnRank } from '../../../shared/application/ranking/read.ts';
import { rankBoards } from '../../../shared/domain/ranking.ts';
import { openMonth, refreshed } from '../../../shared/domain/ranking-month.ts';
import { ScopeSets, Standings } from '../../../shared/domain/standings.ts';
import { instantOf } from '../../../shared/domain/time.ts';
import { putAll } from '../../../shared/store/batch.ts';
import { BoardReader } from '../../../shared/store/board-reader.ts';
import type { Database } from '../../../shared/store/client.ts';
import { boardItems, newBuild } from '../../../shared/store/ranking-blocks.ts';
import { replaceRankingMonth } from '../../../shared/store/ranking-months.ts';
import { transact } from '../../../shared/store/transaction.ts';
import type { Context, Part, Result, Table } from '../report/result.ts';
import { type Cost, costOf } from '../support/cost.ts';
import { cityMonth as month, resident } from '../support/paper-city.ts';
import { closeOnPaper, refreshOnPaper } from '../support/paper-ranking.ts';
import { openStage } from '../support/stage.ts';

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
  return {
    tables: [looksTable(looks), buildsTable(builds)],
    figures: [
      {
        what: `own rank, and a page of 100, at ${sizes.map(size => size.toLocaleString('en-US')).join(', ')} drivers`,
        value: largest ? `${largest.own.readUnits}, ${largest.page.readUnits}` : null,
        unit: 'RRU, in one request each, at every size',
        goal: '1',
      },
    ],
  };
}

interface Look {
  readonly drivers: number;
  readonly page: Cost;
  readonly own: Cost;
  readonly ownWithNeighbours: Cost;
}

/** Shows a board of so many drivers as a refresh would, and looks at it by a reader that has seen it before. */
async function lookAt(database: Database, drivers: number): Promise<Look> {
  await show(database, drivers);
  const reader = new BoardReader(database);
  const wanted = { month, scope: 'all' };
  const { driverId } = resident(Math.floor(drivers / 3));
  await reader.own(wanted, driverId);
  return {
    drivers,
    page: await costOf(database, () => reader.page(wanted, Math.floor(drivers / 200) * 100, 100)),
    own: await costOf(database, () => reader.own(wanted, driverId)),
    ownWithNeighbours: await costOf(database, () => readOwnRank({ database, reader }, wanted, driverId)),
  };
}

async function show(database: Database, drivers: number): Promise<void> {
  const sets = new ScopeSets();
  const everywhere = sets.numberOf(['all']);
  const standings = new Standings(sets);
  for (let index = 0; index < drivers; index += 1) {
    const { driverId, ...standing } = resident(index);
    standings.add(driverId, standing, everywhere);
  }
  const build = newBuild(month, 0);
  await putAll(database, 'rankingBlocks', boardItems(build, standings, rankBoards(standings), undefined));
  const empty = openMonth(month);
  const shown = refreshed(empty, {
    build,
    sha256: '0'.repeat(64),
    readAt: instantOf('2026-03-31T12:00:00+08:00'),
  });
  await transact(database, [replaceRankingMonth(database, empty, shown)]);
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
      'own rank, RRU',
      'requests',
      'with 4 neighbours and their names, RRU',
      'requests',
    ],
    rows: looks.map(({ drivers, page, own, ownWithNeighbours }) => [
      drivers,
      ...cells(page),
      ...cells(own),
      ...cells(ownWithNeighbours),
    ]),
    notes: ['The names of a page are read besides, half a unit each; nothing is written.'],
  };
}

/** Everybody, a district, an occupation, a platform. */
const scopesEach = 4;

interface Build {
  readonly drivers: number;
  readonly refresh: Cost;
  readonly close: Cost;
}

function buildsTable(builds: readonly Build[]): Table {
  return {
    id: 'builds',
    title: 'What it costs to build and to close a month',
    columns: [
      'drivers',
      'refresh, RRU',
      'WRU',
      'WRU a driver and scope',
      'close, RRU',
      'WRU',
      'WRU a driver and scope',
      'requests',
    ],
    rows: builds.map(({ drivers, refresh, close }) => [
      drivers,
      refresh.readUnits,
      refresh.writeUnits,
      refresh.writeUnits / drivers / scopesEach,
      close.readUnits,
      close.writeUnits,
      close.writeUnits / drivers / scopesEach,
      close.requests,
    ]),
    notes: [
      `Every driver stands in ${scopesEach} scopes; 0.06 units a driver and scope are allowed for boards. A refresh that finds nothing changed writes 2.`,
      'A close reads the accounts whole, checks a thousand of them against their entries, and writes besides the boards what proves each row.',
      'Reckoned by DynamoDB’s rules from a made-up city; test/bench/counted.test.ts holds that against the real engine.',
    ],
  };
}
