import { postReversal } from '../shared/awards/contract/events.ts';
import { reverseAward } from '../shared/awards/use-cases/receipts.ts';
import { now } from '../shared/runtime/clock.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { platformOf } from '../shared/runtime/platform-of.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(postReversal, async ({ caller, query, params, body }) => {
    const platformId = platformOf(caller, query.platformId);
    if (typeof platformId !== 'string') return platformId;
    const organizer = caller.role === 'organizer' ? caller.id : undefined;
    return reply(200, await reverseAward(database, now, platformId, params.eventId, body.reason, organizer));
  }),
);
