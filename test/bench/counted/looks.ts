import { putAll } from '../../../shared/dynamo/batch.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { transact } from '../../../shared/dynamo/transaction.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { rankBoards } from '../../../shared/ranking/rules/ranking.ts';
import { openMonth, refreshed } from '../../../shared/ranking/rules/ranking-month.ts';
import { ScopeSets, Standings } from '../../../shared/ranking/rules/standings.ts';
import { BoardReader } from '../../../shared/ranking/store/board-reader.ts';
import { boardItems, newBuild } from '../../../shared/ranking/store/ranking-blocks.ts';
import { replaceRankingMonth } from '../../../shared/ranking/store/ranking-months.ts';
import { readOwnRank, readRanking } from '../../../shared/ranking/use-cases/read.ts';
import { type Cost, costOf } from '../support/cost.ts';
import { cityMonth as month, resident } from '../support/generated-city.ts';

const page = 100;
export const shortPage = 50;
const at = instantOf('2026-03-31T12:00:00+08:00');

/** What reading one board of a city costs. */
export interface Look {
  readonly drivers: number;
  /** Places and driver ids, without names. */
  readonly page: Cost;
  readonly pageWithNames: Cost;
  readonly shortPageWithNames: Cost;
  readonly own: Cost;
  readonly ownWithNeighbours: Cost;
}

/** Writes a board as a refresh would, and reads it with a reader whose cache is warm. */
export async function lookAt(database: Database, drivers: number): Promise<Look> {
  await show(database, drivers);
  const reader = new BoardReader(database);
  const wanted = { month, scope: 'all' };
  const { driverId } = resident(Math.floor(drivers / 3));
  await reader.own(wanted, driverId);
  const from = Math.floor(drivers / 200) * 100;
  const withNames = (limit: number) =>
    costOf(database, () =>
      readRanking({ database, reader }, wanted, { from, limit, visibility: 'everything' }, at),
    );
  return {
    drivers,
    page: await costOf(database, () => reader.page(wanted, from, page)),
    pageWithNames: await withNames(page),
    shortPageWithNames: await withNames(shortPage),
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
    readAt: at,
  });
  await transact(database, [replaceRankingMonth(database, empty, shown)]);
}
