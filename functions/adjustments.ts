import * as governance from '../shared/adjustments/contract/governance.ts';
import { adjustmentsOf, readAdjustment } from '../shared/adjustments/store/adjustments.ts';
import {
  approveAdjustment,
  proposeAdjustment,
  rejectAdjustment,
} from '../shared/adjustments/use-cases/adjustments.ts';
import { monthOf } from '../shared/kernel/time.ts';
import { now } from '../shared/runtime/clock.ts';
import { required } from '../shared/runtime/environment.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();
const ports = { database, pointsMax: Number(required('ADJUSTMENT_POINTS_MAX')) };

export const handler = serve(
  on(governance.postAdjustment, async ({ caller, body, now: at }) => {
    const outcome = await proposeAdjustment(ports, { by: caller.id, at }, body);
    return 'refusal' in outcome ? outcome : reply(outcome.created ? 201 : 200, outcome.adjustment);
  }),
  on(governance.approveAdjustment, async ({ caller, params }) =>
    reply(200, await approveAdjustment(ports, now, caller.id, params.adjustmentId)),
  ),
  on(governance.rejectAdjustment, async ({ caller, params, now: at }) =>
    reply(200, await rejectAdjustment(ports, { by: caller.id, at }, params.adjustmentId)),
  ),
  on(governance.getAdjustment, async ({ params }) =>
    reply(200, (await readAdjustment(database, params.adjustmentId)) ?? { refusal: 'not-found' }),
  ),
  on(governance.listAdjustments, async ({ query, cursor, cursorAt, now: at }) => {
    const month = query.month ?? monthOf(at);
    const { adjustments, next } = await adjustmentsOf(database, month, query.limit, cursor);
    return reply(200, { items: adjustments, nextCursor: cursorAt(next) });
  }),
);
