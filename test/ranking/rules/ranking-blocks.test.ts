import { describe, expect, it } from 'vitest';
import { rankBoards } from '../../../shared/ranking/rules/ranking.ts';
import {
  blockNumbers,
  bucketCount,
  bucketOf,
  driverBuckets,
  rankBlocks,
  rowInBucket,
  rowsOf,
} from '../../../shared/ranking/rules/ranking-blocks.ts';
import { boardOf, type Competitor, cityOf, standingsOf } from '../../support/example-standings.ts';

const blocksOf = (all: readonly Competitor[]) => {
  const standings = standingsOf(all);
  const board = boardOf(rankBoards(standings), 'all');
  return { blocks: [...rankBlocks(standings, board)], buckets: [...driverBuckets(standings, board)] };
};

describe('blocks by place', () => {
  it('stores an empty board as one empty block', () => {
    const { blocks, buckets } = blocksOf([]);
    expect(blocks).toEqual([{ number: 0, total: 0, firstRank: 1, rows: new Uint8Array() }]);
    expect(blocks.flatMap(rowsOf)).toEqual([]);
    expect(buckets).toEqual([]);
  });

  it.each([
    [199, [199]],
    [200, [200]],
    [201, [200, 1]],
    [400, [200, 200]],
  ])('splits %i rows into blocks of two hundred without an empty block', (total, rows) => {
    const { blocks } = blocksOf(cityOf(total));
    expect(blocks.map(block => rowsOf(block).length)).toEqual(rows);
    expect(blocks.map(({ number }) => number)).toEqual(rows.map((_, number) => number));
    expect(blocks.map(one => one.total)).toEqual(rows.map(() => total));
  });

  it('continues a shared rank from the previous block', () => {
    const equals = cityOf(203).map(one => ({ ...one, score: 5, minutes: 60 }));
    const rows = blocksOf(equals).blocks.flatMap(rowsOf);
    expect(new Set(rows.map(({ rank }) => rank))).toEqual(new Set([1]));
    expect(rows.map(({ place }) => place)).toEqual(rows.map((_, place) => place));
  });

  it.each([
    [0, 1, [0]],
    [0, 200, [0]],
    [0, 201, [0, 1]],
    [199, 201, [0, 1]],
    [200, 400, [1]],
    [150, 650, [0, 1, 2, 3]],
    [400, 400, [2]],
  ])('finds the blocks of the places from %i up to %i: %j', (from, to, numbers) => {
    expect(blockNumbers(from, to)).toEqual(numbers);
  });
});

describe('buckets by driver', () => {
  it.each([
    [0, 0],
    [200, 0],
    [201, 2],
    [256, 2],
    [257, 3],
    [100_000, 782],
  ])('gives a board of %i rows %i buckets', (total, count) => {
    expect(bucketCount(total)).toBe(count);
  });

  it('puts every driver into exactly one bucket, that of the driver’s hash, with the shared rank', () => {
    const equals = cityOf(300).map(one => ({ ...one, score: 5, minutes: -7 }));
    const { blocks, buckets } = blocksOf(equals);
    expect(buckets.map(({ number, total }) => [number, total])).toEqual([
      [0, 300],
      [1, 300],
      [2, 300],
    ]);
    for (const row of blocks.flatMap(rowsOf)) {
      const found = buckets.map(({ rows }) => rowInBucket(rows, row.driverId));
      const expected = buckets.map(({ number }) => (number === bucketOf(row.driverId, 3) ? row : undefined));
      expect(found).toEqual(expected);
    }
  });

  it('chooses buckets by FNV-1a and the MurmurHash3 finalizer, as three known ids show', () => {
    expect(['d-000000', 'd-000001', '司机'].map(id => bucketOf(id, 1_000_003))).toEqual([
      56755, 298028, 438779,
    ]);
  });

  it('fills buckets about equally with consecutive ids', () => {
    const fill = new Map<number, number>();
    for (const { driverId } of cityOf(12_800)) {
      const bucket = bucketOf(driverId, 100);
      fill.set(bucket, (fill.get(bucket) ?? 0) + 1);
    }
    expect(fill.size).toBe(100);
    expect(Math.max(...fill.values())).toBeLessThan(128 * 1.5);
  });
});
