import * as contract from '../shared/people/contract/callers.ts';
import { callersOf, readCaller } from '../shared/people/store/callers.ts';
import {
  disableCaller,
  enableCaller,
  registerCaller,
  rekeyCaller,
} from '../shared/people/use-cases/callers.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(contract.putCaller, async ({ caller, params, body, now: at }) => {
    const outcome = await registerCaller(database, { by: caller.id, at }, params.callerId, body);
    return 'refusal' in outcome ? outcome : reply(outcome.created ? 201 : 200, outcome.caller);
  }),
  on(contract.disableCaller, async ({ caller, params, now: at }) =>
    reply(200, await disableCaller(database, { by: caller.id, at }, params.callerId)),
  ),
  on(contract.enableCaller, async ({ caller, params, now: at }) =>
    reply(200, await enableCaller(database, { by: caller.id, at }, params.callerId)),
  ),
  on(contract.rekeyCaller, async ({ caller, params, body, now: at }) =>
    reply(200, await rekeyCaller(database, { by: caller.id, at }, params.callerId, body.newCallerId)),
  ),
  on(contract.getCaller, async ({ params }) =>
    reply(200, (await readCaller(database, params.callerId)) ?? { refusal: 'not-found' }),
  ),
  on(contract.listCallers, async ({ query, cursor, cursorAt }) => {
    const { callers, next } = await callersOf(database, query.role, query.limit, cursor);
    const position = next && { id: next.id, callerId: next.callerId };
    return reply(200, { items: callers, nextCursor: cursorAt(position) });
  }),
);
