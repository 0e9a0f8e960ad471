import { getReceipt } from '../shared/awards/contract/events.ts';
import { readReceipt } from '../shared/awards/use-cases/receipts.ts';
import { isRefusal } from '../shared/kernel/refusal.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { platformOf } from '../shared/runtime/platform-of.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(getReceipt, async ({ caller, query, params, now }) => {
    const owner = platformOf(caller, query.platformId);
    if (isRefusal(owner)) return owner;
    return reply(200, await readReceipt(database, owner.platformId, params.eventId, now));
  }),
);
