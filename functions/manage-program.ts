import { getRulebook, listRulebooks, putRulebook } from '../shared/awards/contract/rulebooks.ts';
import { readRulebook, rulebooksAfter } from '../shared/awards/store/rulebooks.ts';
import { storeNewRulebook } from '../shared/awards/use-cases/store-rulebook.ts';
import { listMerchants, putMerchant } from '../shared/program/contract/merchants.ts';
import { merchantsAfter } from '../shared/program/store/merchants.ts';
import { storeMerchant } from '../shared/program/use-cases/merchants.ts';
import { postStock, putReward } from '../shared/redemptions/contract/rewards.ts';
import { changeStock, storeReward } from '../shared/redemptions/use-cases/rewards.ts';
import { now } from '../shared/runtime/clock.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(putRulebook, async ({ caller, params, body, now }) => {
    const auditor = { by: caller.id, at: now };
    const outcome = await storeNewRulebook(database, { version: params.version, ...body }, now, auditor);
    if ('violations' in outcome) return { refusal: 'invalid', errors: outcome.violations };
    if ('refusal' in outcome) return outcome;
    return reply(outcome.stored ? 201 : 200, outcome.rulebook);
  }),
  on(listRulebooks, async ({ query, cursor, cursorAt }) => {
    const { rulebooks, more } = await rulebooksAfter(database, cursor ?? 0, query.limit);
    const last = rulebooks.at(-1);
    return reply(200, { items: rulebooks, nextCursor: cursorAt(more && last ? last.version : null) });
  }),
  on(getRulebook, async ({ params }) =>
    reply(200, (await readRulebook(database, params.version)) ?? { refusal: 'not-found' }),
  ),
  on(putMerchant, async ({ caller, params, body, now }) => {
    const merchant = { ...params, ...body };
    return reply(200, await storeMerchant(database, { by: caller.id, at: now }, merchant));
  }),
  on(listMerchants, async ({ query, cursor, cursorAt }) => {
    const { merchants, more } = await merchantsAfter(database, query.limit, cursor);
    const last = merchants.at(-1);
    return reply(200, { items: merchants, nextCursor: cursorAt(more && last ? last.merchantId : null) });
  }),
  on(putReward, async ({ caller, params, body, now }) => {
    const outcome = await storeReward(database, { by: caller.id, at: now }, params.rewardId, body);
    return 'refusal' in outcome ? outcome : reply(outcome.created ? 201 : 200, outcome.reward);
  }),
  on(postStock, async ({ caller, params, body, now: at }) => {
    const auditor = { by: caller.id, at };
    const outcome = await changeStock({ database, now }, auditor, params.rewardId, body);
    return 'refusal' in outcome ? outcome : reply(outcome.created ? 201 : 200, outcome.stock);
  }),
);
