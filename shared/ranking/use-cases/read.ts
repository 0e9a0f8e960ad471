import type { Database } from '../../dynamo/client.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { type Instant, toLocalIso } from '../../kernel/time.ts';
import { anonymous, publicName } from '../../people/rules/public-name.ts';
import { readProfiles } from '../../people/store/profiles.ts';
import type { OwnRankView, RankingRow, RankingView } from '../contract/ranking-views.ts';
import type { Row } from '../rules/ranking.ts';
import { isPublic } from '../rules/ranking-month.ts';
import type { BoardQuery, ShownVersion } from '../store/board-reader.ts';
import type { ReadPorts } from './ports.ts';

/** What a caller may see. Organizers see everything; others see no ids, and names only masked and with consent. */
export type Visibility = 'everything' | 'masked' | 'public';

export interface RankingPage {
  readonly view: Omit<RankingView, 'nextCursor'>;
  /** The first place of the next page; null at the end. */
  readonly nextPlace: number | null;
}

/** Reads one page of a ranking. The public may read published rankings only. */
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

/** Reads a driver's own row, with two neighbours on each side whose names are masked. */
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

/** Looks up names in today's profiles, so that today's consent applies to every version. Erased drivers are anonymous. */
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
