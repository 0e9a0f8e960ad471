import { postReversal } from '../shared/awards/contract/events.ts';
import { reverseAward } from '../shared/awards/use-cases/receipts.ts';
import { isRefusal } from '../shared/kernel/refusal.ts';
import { now } from '../shared/runtime/clock.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { platformOf } from '../shared/runtime/platform-of.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(postReversal, async ({ caller, query, params, body }) => {
    const owner = platformOf(caller, query.platformId);
    if (isRefusal(owner)) return owner;
    const organizer = caller.role === 'organizer' ? caller.id : undefined;
    return reply(
      200,
      await reverseAward(database, now, owner.platformId, params.eventId, body.reason, organizer),
    );
  }),
);
