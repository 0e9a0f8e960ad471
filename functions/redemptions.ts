import { isRefusal } from '../shared/kernel/refusal.ts';
import {
  getRedemption,
  idempotencyKeyHeader,
  listRedemptions,
  postCancellation,
  postRedemption,
  postReturn,
} from '../shared/redemptions/contract/redemptions.ts';
import { redemptionsOf } from '../shared/redemptions/store/driver-redemptions.ts';
import { readRedemption } from '../shared/redemptions/store/redemptions.ts';
import { cancelRedemption, returnRedemption } from '../shared/redemptions/use-cases/cancel.ts';
import { reserve } from '../shared/redemptions/use-cases/reserve.ts';
import { redemptionView, reservationView, returnView } from '../shared/redemptions/use-cases/views.ts';
import { now } from '../shared/runtime/clock.ts';
import { openCodes } from '../shared/runtime/code-keys.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { count } from '../shared/runtime/observe.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();
const ports = { database, now };

export const handler = serve(
  on(postRedemption, async ({ caller, body, headers }) => {
    const codes = await openCodes();
    const idempotencyKey = headers[idempotencyKeyHeader];
    const made = await reserve({ ...ports, codes }, { driverId: caller.id, idempotencyKey, ...body });
    count(isRefusal(made) ? 'RedemptionsRefused' : 'RedemptionsReserved');
    return isRefusal(made) ? made : reply(201, reservationView(made, codes));
  }),
  on(getRedemption, async ({ caller, params, now: at }) => {
    const redemption = await readRedemption(database, params.redemptionId);
    const own = redemption?.driverId === caller.id;
    if (!redemption || (caller.role === 'driver' && !own)) return { refusal: 'not-found' };
    return reply(
      200,
      redemptionView(redemption, at, caller.role === 'driver' ? await openCodes() : undefined),
    );
  }),
  on(listRedemptions, async ({ caller, query, cursor, cursorAt, now: at }) => {
    const codes = await openCodes();
    const { redemptions, next } = await redemptionsOf(database, caller.id, query.limit, cursor);
    return reply(200, {
      items: redemptions.map(redemption => redemptionView(redemption, at, codes)),
      nextCursor: cursorAt(next),
    });
  }),
  on(postCancellation, async ({ caller, params }) => {
    const ended = await cancelRedemption(ports, params.redemptionId, caller.id);
    count(isRefusal(ended) ? 'RedemptionsRefused' : 'RedemptionsCancelled');
    return isRefusal(ended) ? ended : reply(200, redemptionView(ended, now()));
  }),
  on(postReturn, async ({ caller, params, body }) => {
    const request = { merchantId: caller.id, ...body };
    const ended = await returnRedemption(ports, params.redemptionId, request);
    count(isRefusal(ended) ? 'RedemptionsRefused' : 'RedemptionsReturned');
    if (isRefusal(ended)) return ended;
    if (ended.state !== 'returned')
      throw new Error(`${ended.redemptionId} was returned and is ${ended.state}`);
    return reply(200, returnView(ended));
  }),
);
