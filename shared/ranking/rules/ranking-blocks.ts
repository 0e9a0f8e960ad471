import { hash32 } from '../../kernel/hash32.ts';
import { PackedReader, PackedWriter } from './packed.ts';
import { type Board, type Row, rowAt } from './ranking.ts';
import type { Standings } from './standings.ts';

/**
 * A board is kept twice: in blocks by place, for pages and neighbours, and in buckets by driver, for one's own rank.
 * With ids of up to 15 characters both stay under the 4 kB that half a read unit reads. Pages of 50 and 100 never
 * straddle two blocks.
 */
export const rowsPerBlock = 200;
/** A bucket is as full as chance has it; on average it is smaller than a block, so that few exceed 4 kB. */
const rowsPerBucket = 128;

/** Rows one after the other, by place. */
export interface RankBlock {
  readonly number: number;
  /** Rows of the whole board. */
  readonly total: number;
  /** Rank of the first row; that of the others follows. */
  readonly firstRank: number;
  readonly rows: Uint8Array;
}

/** Rows of the drivers that fall into it, in no order. */
export interface DriverBucket {
  readonly number: number;
  /** Rows of the whole board. */
  readonly total: number;
  readonly rows: Uint8Array;
}

/** A row with its place in the listing, counted from 0. */
export interface PlacedRow extends Row {
  readonly place: number;
}

/** A board in which nobody is has one block, empty: it tells that there is nobody. */
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

export function rowsOf(block: RankBlock): PlacedRow[] {
  const reader = new PackedReader(block.rows);
  const rows: PlacedRow[] = [];
  while (!reader.atEnd) {
    const [driverId, score, minutes] = [reader.id(), reader.number(), reader.number(true)];
    const place = block.number * rowsPerBlock + rows.length;
    const before = rows.at(-1);
    const shares = before !== undefined && before.score === score && before.minutes === minutes;
    const rank = before === undefined ? block.firstRank : shares ? before.rank : place + 1;
    rows.push({ place, rank, driverId, score, minutes });
  }
  return rows;
}

/** Numbers of the blocks that hold these places. */
export function blockNumbers(fromPlace: number, toPlace: number): number[] {
  const first = Math.floor(fromPlace / rowsPerBlock);
  const last = Math.floor(Math.max(fromPlace, toPlace - 1) / rowsPerBlock);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** How many buckets a board has: none where its only block tells all. */
export function bucketCount(total: number): number {
  return total <= rowsPerBlock ? 0 : Math.ceil(total / rowsPerBucket);
}

/** The bucket that a driver falls into. */
export function bucketOf(driverId: string, buckets: number): number {
  return hash32(driverId) % buckets;
}

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

/** Places sorted by bucket, by counting: `starts[b]` to `starts[b + 1]` are those of bucket b. */
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
