import { DriverNumbers } from './driver-numbers.ts';
import type { Row } from './ranking.ts';

/** A driver's row in one version; null when the version does not list the driver. */
export type VersionRow = Omit<Row, 'driverId'> | null;

/** A driver whose row differs between a version and the previous one. */
export interface PlaceChange {
  readonly scope: string;
  readonly driverId: string;
  readonly before: VersionRow;
  readonly after: VersionRow;
}

/**
 * The board of the previous version, by driver, stored in columns. With a million rows as objects a correction would
 * need three times the memory of a close.
 */
export class PreviousBoard {
  readonly #places = new DriverNumbers();
  /** Set to 0 once the new version's row of the same driver has been compared. */
  readonly #ranks: Uint32Array;
  readonly #scores: Float64Array;
  readonly #minutes: Float64Array;

  constructor(total: number) {
    this.#ranks = new Uint32Array(total);
    this.#scores = new Float64Array(total);
    this.#minutes = new Float64Array(total);
  }

  /** Adds the next row, in the order of places. */
  add({ driverId, rank, score, minutes }: Row): void {
    const place = this.#places.driverIds.length;
    this.#places.set(driverId, place);
    this.#ranks[place] = rank;
    this.#scores[place] = score;
    this.#minutes[place] = minutes;
  }

  /** Yields the differences in one scope: first by place in the new version, then the drivers that it no longer lists. */
  *changes(scope: string, after: Iterable<Row>): Generator<PlaceChange> {
    for (const { driverId, rank, score, minutes } of after) {
      const place = this.#places.get(driverId)?.number;
      const before = place === undefined ? null : this.#at(place);
      if (place !== undefined) this.#ranks[place] = 0;
      if (before?.rank === rank && before.score === score && before.minutes === minutes) continue;
      yield { scope, driverId, before, after: { rank, score, minutes } };
    }
    for (const [place, driverId] of this.#places.driverIds.entries()) {
      if (this.#ranks[place]) yield { scope, driverId, before: this.#at(place), after: null };
    }
  }

  #at(place: number): VersionRow {
    return {
      rank: this.#ranks[place] ?? 0,
      score: this.#scores[place] ?? 0,
      minutes: this.#minutes[place] ?? 0,
    };
  }
}

/** The differences between two boards of a scope that fit into memory as objects. */
export function placeChanges(scope: string, before: readonly Row[], after: Iterable<Row>): PlaceChange[] {
  const board = new PreviousBoard(before.length);
  for (const row of before) board.add(row);
  return [...board.changes(scope, after)];
}
