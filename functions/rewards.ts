import { getReward, listRewards } from '../shared/redemptions/contract/rewards.ts';
import { readReward, rewardsAfter } from '../shared/redemptions/use-cases/rewards.ts';
import { on, reply, serveVerifying } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

/** Public: a token that is sent is ignored. */
export const handler = serveVerifying(
  async () => undefined,
  on(listRewards, async ({ query, cursor, cursorAt, now }) => {
    const { rewards, more } = await rewardsAfter(database, query.limit, now, cursor);
    const last = rewards.at(-1);
    return reply(200, { items: rewards, nextCursor: cursorAt(more && last ? last.rewardId : null) });
  }),
  on(getReward, async ({ params, now }) => reply(200, await readReward(database, params.rewardId, now))),
);
