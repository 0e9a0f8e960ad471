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

/** All that differs in one scope: by place in the new version, then those who are not in it any more. */
export function placeChanges(scope: string, before: Iterable<Row>, after: Iterable<Row>): PlaceChange[] {
  const old = new Map([...before].map(row => [row.driverId, row]));
  const changes: PlaceChange[] = [];
  for (const row of after) {
    const was = old.get(row.driverId);
    old.delete(row.driverId);
    if (was && was.rank === row.rank && was.score === row.score && was.minutes === row.minutes) continue;
    changes.push({ scope, driverId: row.driverId, before: standpoint(was), after: standpoint(row) });
  }
  const gone = [...old.values()].map(row => ({
    scope,
    driverId: row.driverId,
    before: standpoint(row),
    after: null,
  }));
  return [...changes, ...gone];
}

function standpoint(row: Row | undefined): Standpoint {
  return row ? { rank: row.rank, score: row.score, minutes: row.minutes } : null;
}
