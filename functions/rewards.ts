import { Id } from '../shared/kernel/primitives.ts';
import { getReward, listRewards } from '../shared/redemptions/contract/rewards.ts';
import { readReward, rewardsAfter } from '../shared/redemptions/use-cases/rewards.ts';
import { on, Rejection, reply, serveVerifying } from '../shared/runtime/http.ts';
import { decodeCursor, encodeCursor } from '../shared/runtime/page.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

/** Public for everybody: a token that comes along is not looked at. */
export const handler = serveVerifying(
  async () => undefined,
  on(listRewards, async ({ query, now }) => {
    const after = decodeCursor(Id, query.cursor);
    if (after instanceof Rejection) return after;
    const { rewards, more } = await rewardsAfter(database, query.limit, now, after);
    const last = rewards.at(-1);
    return reply(200, { items: rewards, nextCursor: more && last ? encodeCursor(last.rewardId) : null });
  }),
  on(getReward, async ({ params, now }) => reply(200, await readReward(database, params.rewardId, now))),
);
