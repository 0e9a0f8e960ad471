import { getReceipt } from '../shared/awards/contract/events.ts';
import { readReceipt } from '../shared/awards/use-cases/receipts.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { platformOf } from '../shared/runtime/platform-of.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(getReceipt, async ({ caller, query, params, now }) => {
    const platformId = platformOf(caller, query.platformId);
    return typeof platformId === 'string'
      ? reply(200, await readReceipt(database, platformId, params.eventId, now))
      : platformId;
  }),
);
