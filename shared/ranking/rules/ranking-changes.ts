import { DriverNumbers } from './driver-numbers.ts';
import type { Row } from './ranking.ts';

/** What a driver's line says in one version; null where the driver is not listed. */
export type Standpoint = Omit<Row, 'driverId'> | null;

/** A place that differs between a version and the one before. */
export interface PlaceChange {
  readonly scope: string;
  readonly driverId: string;
  readonly before: Standpoint;
  readonly after: Standpoint;
}

/**
 * The board of the version before, by driver and in columns: of a million rows as objects a correction would take three
 * times the memory of a close.
 */
export class PreviousBoard {
  readonly #places = new DriverNumbers();
  /** 0 where the row has been met in the new version. */
  readonly #ranks: Uint32Array;
  readonly #scores: Float64Array;
  readonly #minutes: Float64Array;

  constructor(total: number) {
    this.#ranks = new Uint32Array(total);
    this.#scores = new Float64Array(total);
    this.#minutes = new Float64Array(total);
  }

  /** Rows come in their order. */
  add({ driverId, rank, score, minutes }: Row): void {
    const place = this.#places.driverIds.length;
    this.#places.set(driverId, place);
    this.#ranks[place] = rank;
    this.#scores[place] = score;
    this.#minutes[place] = minutes;
  }

  /** All that differs in one scope: by place in the new version, then those who are not in it any more. */
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

  #at(place: number): Standpoint {
    return {
      rank: this.#ranks[place] ?? 0,
      score: this.#scores[place] ?? 0,
      minutes: this.#minutes[place] ?? 0,
    };
  }
}

export function placeChanges(scope: string, before: readonly Row[], after: Iterable<Row>): PlaceChange[] {
  const board = new PreviousBoard(before.length);
  for (const row of before) board.add(row);
  return [...board.changes(scope, after)];
}
