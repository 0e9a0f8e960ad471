import { type Announcement, announcement } from '../../ledger/use-cases/announce.ts';
import type { RankingMonth } from '../rules/ranking-month.ts';

/** The event that a step of a month's ranking publishes; undefined when the step shows nothing new. */
export function rankingAnnouncement(before: RankingMonth, after: RankingMonth): Announcement | undefined {
  const { month, state, version, sha256, asOf, publishedAt } = after;
  const data = { month, state, version, sha256 };
  if (version > before.version) {
    const type = version === 1 ? 'RankingClosed' : 'RankingCorrected';
    return announcement(type, `ranking#${month}#version#${version}`, asOf ?? '', data);
  }
  if (before.publishedAt === null && publishedAt !== null) {
    return announcement('RankingPublished', `ranking#${month}#published`, publishedAt, data);
  }
  return undefined;
}
