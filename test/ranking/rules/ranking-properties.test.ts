import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankBoards, rowAt } from '../../../shared/ranking/rules/ranking.ts';
import {
  bucketCount,
  bucketOf,
  driverBuckets,
  rankBlocks,
  rowInBucket,
  rowsOf,
} from '../../../shared/ranking/rules/ranking-blocks.ts';
import { placeChanges } from '../../../shared/ranking/rules/ranking-changes.ts';
import { scopesOf } from '../../../shared/ranking/rules/standings.ts';
import { versionText } from '../../../shared/ranking/rules/version-text.ts';
import {
  boardOf,
  type Competitor,
  cityOf,
  competitors,
  naiveRanking,
  standingsOf,
} from '../../support/example-standings.ts';

const lines = (all: readonly Competitor[], scope = 'all') => {
  const standings = standingsOf(all);
  const board = boardOf(rankBoards(standings), scope);
  return Array.from(board.drivers, (_, place) => rowAt(standings, board, place));
};

describe('a ranking, by properties', () => {
  const one = (driverId: string, score: number, minutes: number): Competitor => ({
    driverId,
    score,
    minutes,
    district: 'xihu',
    platformId: 'rides',
    occupation: null,
  });

  it('sorts by score, then minutes; tied drivers share a rank and are listed by driverId', () => {
    const all = [one('c', 5, 60), one('a', 9, 10), one('b', 5, 60), one('e', 5, 59), one('d', 0, 900)];
    expect(lines(all).map(({ rank, driverId }) => [rank, driverId])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [2, 'c'],
      [4, 'e'],
    ]);
  });

  it('leaves out drivers with a score of 0 or less', () => {
    expect(lines([one('a', 0, 60), one('b', -5, 60)])).toEqual([]);
  });

  it('ranks any standings like a naive sort, in every scope', () => {
    fc.assert(
      fc.property(competitors, all => {
        const standings = standingsOf(all);
        const boards = rankBoards(standings);
        const scopes = new Set(['all', ...all.filter(({ score }) => score > 0).flatMap(scopesOf)]);
        expect(boards.map(({ scope }) => scope)).toEqual([...scopes].sort());
        for (const scope of scopes) expect(lines(all, scope)).toEqual(naiveRanking(all, scope));
      }),
      { numRuns: 150 },
    );
  });

  it('ranks drivers independently of the order in which they are read', () => {
    fc.assert(
      fc.property(competitors, fc.infiniteStream(fc.nat()), (all, numbers) => {
        const shuffled = all
          .map(competitor => ({ competitor, key: numbers.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ competitor }) => competitor);
        expect(lines(shuffled)).toEqual(lines(all));
      }),
      { numRuns: 50 },
    );
  });
});

describe('packed blocks', () => {
  it('packs and unpacks every row with its place in the whole board', () => {
    for (const size of [0, 1, 200, 201, 1733]) {
      const all = cityOf(size);
      const standings = standingsOf(all);
      const board = boardOf(rankBoards(standings), 'all');
      const rows = [...rankBlocks(standings, board)].flatMap(rowsOf);
      const naive = naiveRanking(all, 'all').map((row, place) => ({ ...row, place }));
      expect(rows).toEqual(naive);
      const buckets = [...driverBuckets(standings, board)];
      expect(buckets).toHaveLength(bucketCount(size));
      for (const row of buckets.length > 0 ? naive : []) {
        const bucket = buckets[bucketOf(row.driverId, buckets.length)];
        expect(rowInBucket(bucket?.rows ?? new Uint8Array(), row.driverId)).toEqual(row);
      }
    }
  });

  it('packs and unpacks large scores, negative minutes and long ids', () => {
    fc.assert(
      fc.property(competitors, fc.stringMatching(/^[A-Za-z0-9._:-]{128}$/), (all, longId) => {
        const odd = {
          driverId: longId,
          score: 2 ** 40,
          minutes: -7,
          district: null,
          platformId: null,
          occupation: null,
        };
        const standings = standingsOf([...all.filter(({ minutes }) => minutes < 1000), odd]);
        const board = boardOf(rankBoards(standings), 'all');
        const rows = [...rankBlocks(standings, board)].flatMap(rowsOf);
        expect(rows.map(({ place: _, ...row }) => row)).toEqual(
          Array.from(board.drivers, (_, place) => rowAt(standings, board, place)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('packs blocks under 4 kB with ids of 8 characters, at less than 0.06 write units per driver and scope', () => {
    const standings = standingsOf(cityOf(20_000));
    const boards = rankBoards(standings);
    const sizes = boards.flatMap(board => [
      ...[...rankBlocks(standings, board)].map(({ rows }) => rows.length),
      ...[...driverBuckets(standings, board)].map(({ rows }) => rows.length),
    ]);
    const namesAndKey = 160;
    expect(Math.max(...sizes) + namesAndKey).toBeLessThan(4096);
    const units = sizes.reduce((sum, size) => sum + Math.ceil((size + namesAndKey) / 1024), 0);
    const places = boards.reduce((sum, { drivers }) => sum + drivers.length, 0);
    expect(units / places).toBeLessThan(0.06);
  });
});

describe('the text of a version', () => {
  it('writes month, version, scopes by name and rows by place into the text', () => {
    const standings = standingsOf([
      { driverId: 'b', score: 5, minutes: 60, district: null, platformId: 'rides', occupation: null },
      { driverId: 'a', score: 5, minutes: 60, district: null, platformId: 'rides', occupation: null },
    ]);
    expect([...versionText('2026-03', 1, standings, rankBoards(standings))].join('')).toBe(
      'nuanxin-ranking 1\nmonth 2026-03\nversion 1\nscope all 2\n1 a 5 60\n1 b 5 60\n' +
        'scope platform:rides 2\n1 a 5 60\n1 b 5 60\n',
    );
  });
});

describe('the changes between two boards', () => {
  it('reports drivers whose rank, score or minutes differ, and drivers who were added or removed', () => {
    const row = (rank: number, driverId: string, score: number) => ({ rank, driverId, score, minutes: 0 });
    const before = [row(1, 'a', 9), row(2, 'b', 8), row(3, 'c', 7), row(4, 'd', 6)];
    const after = [row(1, 'a', 9), row(2, 'c', 7), row(3, 'e', 6)];
    expect(
      placeChanges('all', before, after).map(({ driverId, before: was, after: is }) => [
        driverId,
        was?.rank ?? null,
        is?.rank ?? null,
      ]),
    ).toEqual([
      ['c', 3, 2],
      ['e', null, 3],
      ['b', 2, null],
      ['d', 4, null],
    ]);
  });
});
