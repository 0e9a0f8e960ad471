import { eraseDriver } from '../shared/people/contract/privacy.ts';
import { eraseDriver as erase } from '../shared/privacy/use-cases/erase-driver.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(eraseDriver, async ({ caller, params, now: at }) =>
    reply(200, await erase(database, params.driverId, { by: caller.id, at })),
  ),
);
