import { allDrivers, type Standings } from './standings.ts';

/** One row of a board. */
export interface Row {
  /** Drivers with equal score and minutes share a rank: 1, 2, 2, 4. */
  readonly rank: number;
  readonly driverId: string;
  readonly score: number;
  readonly minutes: number;
}

/** The ranking of one scope. Both columns are in the order of places; `drivers` are indexes into the standings. */
export interface Board {
  readonly scope: string;
  readonly drivers: Uint32Array;
  readonly ranks: Uint32Array;
}

/**
 * Ranks all scopes with one sort, because drivers have the same order in every scope: by score, then by minutes, both
 * descending. Drivers equal in both are listed by driverId.
 *
 * @returns sorted by the name of the scope; the scope of all drivers is always included
 */
export function rankBoards(standings: Standings): Board[] {
  const boards = new Map<string, Board & { length: number }>(emptyBoards(standings));
  const boardsOfSet = standings.scopeSets.sets.map(scopes =>
    scopes.flatMap(scope => boards.get(scope) ?? []),
  );
  for (const driver of inOrder(standings)) {
    for (const board of boardsOfSet[standings.scopeSetNumbers[driver] ?? -1] ?? []) {
      const place = board.length;
      const before = board.drivers[place - 1];
      const isTied = before !== undefined && areTied(standings, before, driver);
      board.drivers[place] = driver;
      board.ranks[place] = isTied ? (board.ranks[place - 1] ?? 0) : place + 1;
      board.length += 1;
    }
  }
  return [...boards.values()].sort((a, b) => (a.scope < b.scope ? -1 : 1));
}

/** The row of a board at a place, counted from 0. */
export function rowAt(standings: Standings, board: Board, place: number): Row {
  const driver = board.drivers[place] ?? -1;
  const driverId = standings.driverIds[driver];
  if (driverId === undefined) throw new Error(`${board.scope} has no place ${place}`);
  return {
    rank: board.ranks[place] ?? 0,
    driverId,
    score: standings.scores[driver] ?? 0,
    minutes: standings.minutes[driver] ?? 0,
  };
}

function emptyBoards(standings: Standings): [string, Board & { length: number }][] {
  const sizes = new Map<string, number>([[allDrivers, 0]]);
  for (let driver = 0; driver < standings.count; driver += 1) {
    for (const scope of standings.scopesOf(driver)) sizes.set(scope, (sizes.get(scope) ?? 0) + 1);
  }
  return [...sizes].map(([scope, size]) => [
    scope,
    { scope, drivers: new Uint32Array(size), ranks: new Uint32Array(size), length: 0 },
  ]);
}

function areTied({ scores, minutes }: Standings, one: number, other: number): boolean {
  return scores[one] === scores[other] && minutes[one] === minutes[other];
}

/**
 * Indexes of the drivers in the order of places. Score and minutes are combined into one number per driver. A typed array
 * of these sort keys sorts several times faster than any sort with a comparison callback; a binary search then finds each
 * driver's place. Only drivers with the same key are compared by id.
 */
function inOrder(standings: Standings): Uint32Array {
  const keys = sortKeys(standings);
  const sorted = keys.toSorted();
  const order = new Uint32Array(keys.length);
  const taken = new Uint32Array(keys.length);
  for (let driver = 0; driver < keys.length; driver += 1) {
    const first = firstPlaceOf(sorted, keys[driver] ?? 0);
    const before = taken[first] ?? 0;
    order[first + before] = driver;
    taken[first] = before + 1;
  }
  for (let first = 0; first < order.length; first += taken[first] ?? 1) {
    if ((taken[first] ?? 1) > 1)
      sortByDriverId(standings, order.subarray(first, first + (taken[first] ?? 1)));
  }
  return order;
}

/** One sort key per driver; smaller is better. Exact: 53 bits hold a million points with any minutes of a month. */
function sortKeys({ count, scores, minutes }: Standings): Float64Array {
  let scoreMax = 0;
  let minutesMin = 0;
  let minutesMax = 0;
  for (let driver = 0; driver < count; driver += 1) {
    scoreMax = Math.max(scoreMax, scores[driver] ?? 0);
    minutesMin = Math.min(minutesMin, minutes[driver] ?? 0);
    minutesMax = Math.max(minutesMax, minutes[driver] ?? 0);
  }
  const span = minutesMax - minutesMin + 1;
  if ((scoreMax + 1) * span > Number.MAX_SAFE_INTEGER)
    throw new Error('scores and minutes are too large for an exact sort key');
  const keys = new Float64Array(count);
  for (let driver = 0; driver < count; driver += 1) {
    keys[driver] = -((scores[driver] ?? 0) * span + (minutes[driver] ?? 0) - minutesMin);
  }
  return keys;
}

function firstPlaceOf(sorted: Float64Array, key: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sortByDriverId({ driverIds }: Standings, drivers: Uint32Array): void {
  drivers.sort((one, other) => ((driverIds[one] ?? '') < (driverIds[other] ?? '') ? -1 : 1));
}
