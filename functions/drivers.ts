import { putConsent, putDriver } from '../shared/people/contract/drivers.ts';
import { registerDriver, setConsent } from '../shared/people/use-cases/drivers.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(putDriver, async ({ caller, params, body, now: at }) => {
    const platformId = caller.role === 'platform' ? caller.id : undefined;
    const auditor = caller.role === 'organizer' ? { by: caller.id, at } : undefined;
    const outcome = await registerDriver(database, params.driverId, body, platformId, auditor);
    return 'refusal' in outcome ? outcome : reply(outcome.created ? 201 : 200, outcome.profile);
  }),
  on(putConsent, async ({ caller, params, body }) =>
    caller.id === params.driverId
      ? reply(200, await setConsent(database, params.driverId, body.publishConsent))
      : { refusal: 'not-found' },
  ),
);
