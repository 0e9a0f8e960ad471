import { readReceipt } from '../shared/application/receipts.ts';
import { getReceipt } from '../shared/contracts/events.ts';
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
