import { hash32 } from '../../kernel/hash32.ts';
import { PackedReader, PackedWriter } from './packed.ts';
import { type Board, type Row, rowAt } from './ranking.ts';
import type { Standings } from './standings.ts';

/**
 * A board is stored twice: in blocks by place, for pages and neighbours, and in buckets by driver, for one driver's
 * rank. With ids of up to 15 characters both stay under 4 kB, which an eventually consistent read gets for half a read
 * unit (RRU). Pages of 50 and 100 rows never span two blocks.
 */
export const rowsPerBlock = 200;
/** The average. A hash fills the buckets unevenly, so the average is smaller than a block and few exceed 4 kB. */
const rowsPerBucket = 128;

/** Consecutive rows of a board, in the order of places. */
export interface RankBlock {
  readonly number: number;
  /** Number of rows of the whole board. */
  readonly total: number;
  /** Rank of the first row. The ranks of the others follow from it. */
  readonly firstRank: number;
  readonly rows: Uint8Array;
}

/** Rows of the drivers whose ids hash into this bucket, in no particular order. */
export interface DriverBucket {
  readonly number: number;
  /** Number of rows of the whole board. */
  readonly total: number;
  readonly rows: Uint8Array;
}

/** A row with its place: its position in the board, counted from 0. */
export interface PlacedRow extends Row {
  readonly place: number;
}

/** Packs a board into blocks by place. An empty board is stored as one empty block. */
export function* rankBlocks(standings: Standings, board: Board): Generator<RankBlock> {
  const total = board.drivers.length;
  for (let start = 0; start === 0 || start < total; start += rowsPerBlock) {
    const writer = new PackedWriter();
    for (let place = start; place < Math.min(start + rowsPerBlock, total); place += 1) {
      const { driverId, score, minutes } = rowAt(standings, board, place);
      writer.id(driverId).number(score).number(minutes, true);
    }
    const firstRank = board.ranks[start] ?? 1;
    yield { number: start / rowsPerBlock, total, firstRank, rows: writer.bytes() };
  }
}

/** Unpacks a block. Rows with equal score and minutes share a rank. */
export function rowsOf(block: RankBlock): PlacedRow[] {
  const reader = new PackedReader(block.rows);
  const rows: PlacedRow[] = [];
  while (!reader.atEnd) {
    const [driverId, score, minutes] = [reader.id(), reader.number(), reader.number(true)];
    const place = block.number * rowsPerBlock + rows.length;
    const before = rows.at(-1);
    const isTied = before !== undefined && before.score === score && before.minutes === minutes;
    const rank = before === undefined ? block.firstRank : isTied ? before.rank : place + 1;
    rows.push({ place, rank, driverId, score, minutes });
  }
  return rows;
}

/** Numbers of the blocks that hold the places from `fromPlace` up to, not including, `toPlace`. */
export function blockNumbers(fromPlace: number, toPlace: number): number[] {
  const first = Math.floor(fromPlace / rowsPerBlock);
  const last = Math.floor(Math.max(fromPlace, toPlace - 1) / rowsPerBlock);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Number of buckets of a board. A board that fits into one block needs none. */
export function bucketCount(total: number): number {
  return total <= rowsPerBlock ? 0 : Math.ceil(total / rowsPerBucket);
}

/** The number of the bucket that holds a driver. */
export function bucketOf(driverId: string, buckets: number): number {
  return hash32(driverId) % buckets;
}

/** Packs a board into buckets by driver. */
export function* driverBuckets(standings: Standings, board: Board): Generator<DriverBucket> {
  const total = board.drivers.length;
  const buckets = bucketCount(total);
  if (buckets === 0) return;
  const { places, starts } = placesByBucket(standings, board, buckets);
  for (let number = 0; number < buckets; number += 1) {
    const writer = new PackedWriter();
    for (const place of places.subarray(starts[number], starts[number + 1])) {
      const { rank, driverId, score, minutes } = rowAt(standings, board, place);
      writer
        .id(driverId)
        .number(place)
        .number(place + 1 - rank)
        .number(score)
        .number(minutes, true);
    }
    yield { number, total, rows: writer.bytes() };
  }
}

/** Finds a driver's row in a bucket; undefined when the board does not list the driver. */
export function rowInBucket(bucket: Uint8Array, wanted: string): PlacedRow | undefined {
  const reader = new PackedReader(bucket);
  while (!reader.atEnd) {
    const driverId = reader.id();
    const place = reader.number();
    const rank = place + 1 - reader.number();
    const [score, minutes] = [reader.number(), reader.number(true)];
    if (driverId === wanted) return { place, rank, driverId, score, minutes };
  }
  return undefined;
}

/** Sorts the places by bucket (counting sort). Bucket b has the places from `starts[b]` up to `starts[b + 1]`. */
function placesByBucket({ driverIds }: Standings, { drivers }: Board, buckets: number) {
  const bucketAt = Uint32Array.from(drivers, driver => bucketOf(driverIds[driver] ?? '', buckets));
  const starts = new Uint32Array(buckets + 1);
  for (const bucket of bucketAt) starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
  }
  const next = starts.slice();
  const places = new Uint32Array(drivers.length);
  for (const [place, bucket] of bucketAt.entries()) {
    const at = next[bucket] ?? 0;
    places[at] = place;
    next[bucket] = at + 1;
  }
  return { places, starts };
}
