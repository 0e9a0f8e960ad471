import middy from '@middy/core';
import { refreshRankings } from '../shared/ranking/use-cases/refresh.ts';
import { now } from '../shared/runtime/clock.ts';
import { count, observed } from '../shared/runtime/observe.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

/** Brings the boards of open months up to date, and finishes versions that were begun and left. */
export const handler = middy<unknown, void>()
  .use(observed())
  .handler(async () => {
    const { rebuilt, finished } = await refreshRankings({ database, now });
    count('RankingsRebuilt', rebuilt.length);
    count('RankingVersionsFinished', finished.length);
  });
