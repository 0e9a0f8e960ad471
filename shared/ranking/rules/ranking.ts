import { everybody, type Standings } from './standings.ts';

/** One line of a ranking. */
export interface Row {
  /** Shared by those who are equal in score and minutes: 1, 2, 2, 4. */
  readonly rank: number;
  readonly driverId: string;
  readonly score: number;
  readonly minutes: number;
}

/** The ranking of one scope: by place, numbers of drivers in the standings and their ranks. */
export interface Board {
  readonly scope: string;
  readonly drivers: Uint32Array;
  readonly ranks: Uint32Array;
}

/**
 * The rankings of all scopes from one sort: the order of everybody is the order in each scope, too. By score, then
 * minutes, both descending; those equal in both by driverId.
 *
 * @returns by name of the scope; that of everybody is always there
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
      const shares = before !== undefined && areEqual(standings, before, driver);
      board.drivers[place] = driver;
      board.ranks[place] = shares ? (board.ranks[place - 1] ?? 0) : place + 1;
      board.length += 1;
    }
  }
  return [...boards.values()].sort((a, b) => (a.scope < b.scope ? -1 : 1));
}

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
  const sizes = new Map<string, number>([[everybody, 0]]);
  for (let driver = 0; driver < standings.count; driver += 1) {
    for (const scope of standings.scopesOf(driver)) sizes.set(scope, (sizes.get(scope) ?? 0) + 1);
  }
  return [...sizes].map(([scope, size]) => [
    scope,
    { scope, drivers: new Uint32Array(size), ranks: new Uint32Array(size), length: 0 },
  ]);
}

function areEqual({ scores, minutes }: Standings, one: number, other: number): boolean {
  return scores[one] === scores[other] && minutes[one] === minutes[other];
}

/**
 * The numbers of the drivers in the order of places. Score and minutes make one number a driver; those are sorted
 * bare, which is several times faster than any sort that calls back, and each driver's number then says its place.
 * Only those who share a number are compared by their ids.
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

/** A number a driver, the smaller the further ahead: exact, for 53 bits hold a million points and any minutes. */
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
  if ((scoreMax + 1) * span > Number.MAX_SAFE_INTEGER) throw new Error('standings beyond any month');
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
