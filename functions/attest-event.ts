import { postAttestation } from '../shared/awards/contract/events.ts';
import { attestEvent } from '../shared/awards/use-cases/attest-event.ts';
import { isRefusal } from '../shared/kernel/refusal.ts';
import { now } from '../shared/runtime/clock.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { platformOf } from '../shared/runtime/platform-of.ts';
import { openRulebooks } from '../shared/runtime/rulebooks.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();
const ports = { database, rulebooksFor: openRulebooks(database), now };

export const handler = serve(
  on(postAttestation, async ({ caller, params, query, body }) => {
    const owner = platformOf(caller, query.platformId);
    if (isRefusal(owner)) return owner;
    const role = caller.role === 'organizer' ? 'organizer' : 'attestor';
    const event = { ...owner, eventId: params.eventId };
    return reply(200, await attestEvent(ports, { role, id: caller.id }, event, body));
  }),
);
