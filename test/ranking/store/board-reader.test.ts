import { beforeAll, describe, expect, it } from 'vitest';
import { putAll } from '../../../shared/dynamo/batch.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { transact } from '../../../shared/dynamo/transaction.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { rankBoards } from '../../../shared/ranking/rules/ranking.ts';
import { openMonth, refreshed } from '../../../shared/ranking/rules/ranking-month.ts';
import { BoardReader } from '../../../shared/ranking/store/board-reader.ts';
import { boardItems, newBuild } from '../../../shared/ranking/store/ranking-blocks.ts';
import { readRankingMonth, replaceRankingMonth } from '../../../shared/ranking/store/ranking-months.ts';
import { freshDatabase } from '../../support/database.ts';
import { cityOf, naiveRanking, standingsOf } from '../../support/example-standings.ts';
import { intercept } from '../../support/faults.ts';

const sizes = { '2026-01': 1000, '2026-02': 100_000 } as const;
let database: Database;

beforeAll(async () => {
  database = await freshDatabase();
  for (const [month, drivers] of Object.entries(sizes)) await build(month, drivers);
});

/** Writes a build of a city of this size and makes it current, as a refresh does. */
async function build(month: string, drivers: number): Promise<void> {
  const standings = standingsOf(cityOf(drivers));
  const name = newBuild(month, 0);
  const [all] = rankBoards(standings);
  await putAll(database, 'rankingBlocks', boardItems(name, standings, all ? [all] : [], undefined));
  const before = await readRankingMonth(database, month);
  const after = refreshed(before.build ? before : openMonth(month), {
    build: name,
    sha256: '0'.repeat(64),
    readAt: instantOf('2026-02-01T00:00:00Z'),
  });
  await transact(database, [replaceRankingMonth(database, before, after)]);
}

async function costOf(read: () => Promise<unknown>) {
  database.meter.reset();
  await read();
  const { readUnits } = database.meter.total();
  const requests = Math.max(...[...database.meter.byTable().values()].map(table => table.requests));
  return { readUnits, requests };
}

describe('the cost of reading a board', () => {
  it('reads a driver’s rank with one request and one read unit, among 1,000 drivers and among 100,000', async () => {
    const reader = new BoardReader(database);
    for (const month of Object.keys(sizes)) {
      await reader.own({ month, scope: 'all' }, 'd-000001');
      const cost = await costOf(() => reader.own({ month, scope: 'all' }, 'd-000777'));
      expect(cost).toEqual({ readUnits: 1, requests: 1 });
    }
  });

  it('reads any page of 100, and the neighbours, with one request and one read unit', async () => {
    const reader = new BoardReader(database);
    for (const [month, drivers] of Object.entries(sizes)) {
      await reader.page({ month, scope: 'all' }, 0, 100);
      for (const from of [0, 100, drivers / 2, drivers - 100]) {
        const cost = await costOf(() => reader.page({ month, scope: 'all' }, from, 100));
        expect(cost).toEqual({ readUnits: 1, requests: 1 });
      }
      const { build } = await readRankingMonth(database, month);
      const cost = await costOf(() => reader.neighbours(build ?? '', 'all', 400, 2));
      expect(cost).toEqual({ readUnits: 1, requests: 1 });
    }
  });

  it('returns the exact row and the exact neighbours at any place', async () => {
    const month = '2026-01';
    const naive = naiveRanking(cityOf(sizes[month]), 'all');
    const reader = new BoardReader(database);
    for (const place of [0, 1, 199, 200, 500, 998, 999]) {
      const row = naive[place];
      const own = await reader.own({ month, scope: 'all' }, row?.driverId ?? '');
      expect(own).toMatchObject({ total: 1000, row: { ...row, place } });
      const beside = await reader.neighbours(own.build ?? '', 'all', place, 2);
      const expected = naive.slice(Math.max(0, place - 2), place + 3).filter(one => one !== row);
      expect(beside.map(({ place: _, ...one }) => one)).toEqual(expected);
    }
    expect((await reader.own({ month, scope: 'all' }, 'nobody')).row).toBeUndefined();
  });
});

describe('a reader with a cached build', () => {
  it('never returns rows of a replaced build', async () => {
    const month = '2026-05';
    const reader = new BoardReader(database);
    await build(month, 300);
    expect((await reader.page({ month, scope: 'all' }, 0, 100)).total).toBe(300);
    expect((await reader.own({ month, scope: 'all' }, 'd-000007')).total).toBe(300);
    await build(month, 700);
    expect((await reader.own({ month, scope: 'all' }, 'd-000650')).total).toBe(700);
    expect((await reader.page({ month, scope: 'all' }, 600, 100)).rows).toHaveLength(100);
    expect((await reader.page({ month, scope: 'all' }, 900, 100)).total).toBe(700);
  });
});

describe('a block that a replica lacks', () => {
  it('reads a block again, consistently, when a replica does not have it yet', async () => {
    const wanted = { month: '2026-01', scope: 'all' };
    const caching = new BoardReader(database);
    await caching.page(wanted, 0, 100);
    await caching.own(wanted, 'd-000001');
    const stop = intercept(database, async ({ input }, proceed) => {
      const result = await proceed();
      const asked = (input.RequestItems ?? {}) as Record<string, { ConsistentRead?: boolean }>;
      const blocks = database.tableName('rankingBlocks');
      const answer = result.output.Responses as Record<string, unknown[]> | undefined;
      if (answer && asked[blocks]?.ConsistentRead === false) answer[blocks] = [];
      return result;
    });
    for (const reader of [caching, new BoardReader(database)]) {
      const { total, rows } = await reader.page(wanted, 200, 100);
      expect([total, rows.length]).toEqual([1000, 100]);
      expect((await reader.own(wanted, 'd-000777')).row?.driverId).toBe('d-000777');
    }
    stop();
  });
});
