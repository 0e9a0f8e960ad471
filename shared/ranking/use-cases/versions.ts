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

/** The version that a month has come to, as organizers are told of it. */
export async function currentVersion(database: Database, ranking: RankingMonth): Promise<VersionView> {
  const version = await readVersion(database, ranking.month, ranking.version);
  if (!version) throw new Error(`version ${ranking.version} of ${ranking.month} is missing`);
  return versionView(ranking, version, 'everything');
}

/** All versions of a month, the first one first. */
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

/** The places in which a version differs from the one before it. */
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
  const names = changeBlocks(stored.build, from, to);
  const blocks = await readBlocks(database, names);
  const skipped = Math.floor(from / changesPerBlock) * changesPerBlock;
  const changes = names
    .flatMap(name => StoredChanges.parse(blocks.get(name)).changes)
    .slice(from - skipped, to - skipped);
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

function changeBlocks(build: string, from: number, to: number): string[] {
  const names: string[] = [];
  for (let number = Math.floor(from / changesPerBlock); number * changesPerBlock < to; number += 1) {
    names.push(blockIds.changes(build, number));
  }
  return names;
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
