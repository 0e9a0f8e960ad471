import { parseRankingMonth } from '../shared/ranking/store/ranking-months.ts';
import { rankingAnnouncement } from '../shared/ranking/use-cases/announcements.ts';
import { announceInOrder } from '../shared/runtime/bus.ts';
import { followStream } from '../shared/runtime/stream.ts';

/** Tells the bus of each step of a month's ranking, in order. Gates and versions of the same table are no steps. */
export const handler = followStream(changes =>
  announceInOrder(changes, ({ before, after }) => {
    if (after?.sk !== 'state') return undefined;
    const month = String(after.month);
    return rankingAnnouncement(parseRankingMonth(month, before), parseRankingMonth(month, after));
  }),
);
