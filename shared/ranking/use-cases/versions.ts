import type { Database } from '../../dynamo/client.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Month } from '../../kernel/time.ts';
import { StoredChanges, type StoredVersion } from '../contract/ranking-items.ts';
import type { ChangeView, VersionView } from '../contract/ranking-views.ts';
import { isPublic, type RankingMonth } from '../rules/ranking-month.ts';
import { blockIds, readBlocks } from '../store/ranking-blocks.ts';
import { readRankingMonth, readVersion, readVersionsAfter } from '../store/ranking-months.ts';
import { namesOf, type Visibility } from './read.ts';
import { changesPerBlock } from './write-changes.ts';

/** The current version of a month, as organizers see it. */
export async function currentVersion(database: Database, ranking: RankingMonth): Promise<VersionView> {
  const version = await readVersion(database, ranking.month, ranking.version);
  if (!version) throw new Error(`version ${ranking.version} of ${ranking.month} is missing`);
  return versionView(ranking, version, 'everything');
}

/** Lists the versions of a month, oldest first. */
export async function readVersions(
  database: Database,
  month: Month,
  { after, limit, visibility }: { after: number; limit: number; visibility: Visibility },
): Promise<{ items: VersionView[]; more: boolean } | Refusal<'unauthenticated'>> {
  const ranking = await readRankingMonth(database, month);
  if (visibility === 'public' && !isPublic(ranking)) return { refusal: 'unauthenticated' };
  const { versions, more } = await readVersionsAfter(database, month, after, limit);
  return { items: versions.map(version => versionView(ranking, version, visibility)), more };
}

/** Lists the rows that differ between a version and the previous one. */
export async function readChanges(
  database: Database,
  month: Month,
  version: number,
  { from, limit, visibility }: { from: number; limit: number; visibility: Visibility },
): Promise<{ items: ChangeView[]; more: boolean } | Refusal<'unauthenticated' | 'not-found'>> {
  const ranking = await readRankingMonth(database, month);
  if (visibility === 'public' && !isPublic(ranking)) return { refusal: 'unauthenticated' };
  const stored = await readVersion(database, month, version);
  if (!stored) return { refusal: 'not-found' };
  const to = Math.min(from + limit, stored.changed);
  const ids = changeBlockIds(stored.build, from, to);
  const blocks = await readBlocks(database, ids);
  const firstRead = Math.floor(from / changesPerBlock) * changesPerBlock;
  const changes = ids
    .flatMap(id => StoredChanges.parse(blocks.get(id)).changes)
    .slice(from - firstRead, to - firstRead);
  const nameOf = await namesOf(
    database,
    changes.map(({ driverId }) => driverId),
    visibility,
  );
  const items = changes.map(({ scope, driverId, before, after }) => ({
    scope,
    ...(visibility === 'everything' ? { driverId } : {}),
    displayName: nameOf(driverId),
    before,
    after,
  }));
  return { items, more: to < stored.changed };
}

/** Ids of the blocks that hold the changes from `from` up to, not including, `to`. */
function changeBlockIds(build: string, from: number, to: number): string[] {
  const ids: string[] = [];
  for (let number = Math.floor(from / changesPerBlock); number * changesPerBlock < to; number += 1) {
    ids.push(blockIds.changes(build, number));
  }
  return ids;
}

function versionView(ranking: RankingMonth, version: StoredVersion, visibility: Visibility): VersionView {
  return {
    month: ranking.month,
    state: ranking.state,
    version: version.version,
    asOf: version.asOf,
    closedAt: ranking.closedAt,
    publishedAt: ranking.publishedAt,
    total: version.total,
    sha256: version.sha256,
    root: version.root,
    reason: version.reason,
    ...(visibility === 'everything' ? { author: version.author } : {}),
    changed: version.changed,
  };
}
