import type { Database } from '../../dynamo/client.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { type Instant, toLocalIso } from '../../kernel/time.ts';
import { anonymous, publicName } from '../../people/rules/public-name.ts';
import { readProfiles } from '../../people/store/profiles.ts';
import type { OwnRankView, RankingRow, RankingView } from '../contract/ranking-views.ts';
import type { Row } from '../rules/ranking.ts';
import { isPublic } from '../rules/ranking-month.ts';
import type { BoardQuery, BoardReader, ShownVersion } from '../store/board-reader.ts';

/** What somebody may see: organizers all; others no ids, and names as their bearers agree. */
export type Visibility = 'everything' | 'masked' | 'public';

export interface ReadPorts {
  readonly database: Database;
  readonly reader: BoardReader;
}

export interface RankingPage {
  readonly view: Omit<RankingView, 'nextCursor'>;
  /** The place that the next page begins at; null at the end. */
  readonly nextPlace: number | null;
}

/** One page of a ranking. The public sees what is published, and nothing else. */
export async function readRanking(
  { database, reader }: ReadPorts,
  wanted: BoardQuery,
  { from, limit, visibility }: { from: number; limit: number; visibility: Visibility },
  now: Instant,
): Promise<RankingPage | Refusal<'unauthenticated' | 'not-found'>> {
  const { total, rows, ...shown } = await reader.page(wanted, from, limit);
  if (visibility === 'public' && !isPublic(shown.ranking)) return { refusal: 'unauthenticated' };
  if (wanted.version !== undefined && shown.build === null) return { refusal: 'not-found' };
  const items = await rowViews(database, rows, visibility);
  const nextPlace = from + rows.length < total && rows.length > 0 ? from + rows.length : null;
  return { view: { ...headOf(shown, wanted, now), total, items }, nextPlace };
}

function headOf({ ranking, version, asOf }: ShownVersion, { month, scope }: BoardQuery, now: Instant) {
  return {
    month,
    scope,
    state: ranking.state,
    version: version === 0 ? null : version,
    asOf: asOf ?? toLocalIso(now),
  };
}

const neighboursEachSide = 2;

/** A driver's own rank, exact, with neighbours as everybody else sees them. */
export async function readOwnRank(
  { database, reader }: ReadPorts,
  wanted: BoardQuery,
  driverId: string,
): Promise<OwnRankView | Refusal<'not-found'>> {
  const { build, row, total } = await reader.own(wanted, driverId);
  if (build === null || !row) return { refusal: 'not-found' };
  const { rank, score, minutes, place } = row;
  const neighbours = await reader.neighbours(build, wanted.scope, place, neighboursEachSide);
  return { rank, score, minutes, total, neighbours: await rowViews(database, neighbours, 'masked') };
}

async function rowViews(
  database: Database,
  rows: readonly Row[],
  visibility: Visibility,
): Promise<RankingRow[]> {
  const names = await namesOf(
    database,
    rows.map(({ driverId }) => driverId),
    visibility,
  );
  return rows.map(({ rank, driverId, score, minutes }) => ({
    rank,
    ...(visibility === 'everything' ? { driverId } : {}),
    displayName: names(driverId),
    score,
    minutes,
  }));
}

/** Names by today's profiles, so that consent is always today's. Who has been forgotten has no name any more. */
export async function namesOf(
  database: Database,
  driverIds: readonly string[],
  visibility: Visibility,
): Promise<(driverId: string) => string | null> {
  const profiles = await readProfiles(database, [...new Set(driverIds)]);
  return driverId => {
    const profile = profiles.get(driverId);
    if (visibility !== 'everything') return publicName(profile);
    return profile && !profile.erasedAt ? profile.displayName : anonymous;
  };
}
