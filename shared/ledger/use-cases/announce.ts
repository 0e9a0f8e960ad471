import { busSources } from '../../kernel/bus.ts';
import type { Entry } from '../rules/entry.ts';

/** A domain event for the bus. Repeats carry the same `id`, so that consumers can drop them. */
export interface Announcement {
  readonly source: string;
  readonly detailType: string;
  readonly detail: {
    readonly id: string;
    readonly version: 1;
    readonly time: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

/** The domain event of an entry; undefined if no points moved, or if the redemption publishes its own event. */
export function entryAnnouncement(entry: Entry): Announcement | undefined {
  const type = announcementType(entry);
  if (!type) return undefined;
  const { driverId, seq, points, balance, minutes } = entry;
  const facts =
    'eventId' in entry
      ? {
          platformId: entry.platformId,
          eventId: entry.eventId,
          activity: entry.activity,
          rankingMonth: entry.rankingMonth,
        }
      : {};
  return announcement(type, entry.entryId, entry.recordedAt, {
    driverId,
    seq,
    points,
    balance,
    minutes,
    ...facts,
  });
}

function announcementType({ kind, points }: Entry): string | undefined {
  if (kind === 'award' && points > 0) return 'PointsAwarded';
  if (kind === 'reversal') return 'PointsReversed';
  if (kind === 'expiry') return 'PointsExpired';
  return undefined;
}

export function announcement(
  detailType: string,
  id: string,
  time: string,
  data: Announcement['detail']['data'],
): Announcement {
  return { source: busSources.out, detailType, detail: { id, version: 1, time, data } };
}
