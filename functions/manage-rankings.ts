import { type AuditedChange, audited } from '../shared/audit/store/audit.ts';
import { isRefusal, type Refusal } from '../shared/kernel/refusal.ts';
import { closeRanking, correctRanking, publishRanking } from '../shared/ranking/contract/manage-rankings.ts';
import type { RankingMonth } from '../shared/ranking/rules/ranking-month.ts';
import { closeMonth, correctMonth, publishMonth } from '../shared/ranking/use-cases/manage.ts';
import { currentVersion, readChanges } from '../shared/ranking/use-cases/versions.ts';
import { eventsPending } from '../shared/runtime/award-queue.ts';
import { now } from '../shared/runtime/clock.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

/** The gateway waits for 30 s. `refresh-rankings` completes within a minute what is not done by then. */
const waitMsMax = 25_000;
const changesMax = 100;

const portsFor = (organizer: string) => ({
  database,
  now,
  eventsPending,
  audit: (change: AuditedChange) => audited(database, { by: organizer, at: now() }, change),
  signal: AbortSignal.timeout(waitMsMax),
});

export const handler = serve(
  on(closeRanking, async ({ caller, params, query }) => {
    const step = closeMonth(portsFor(caller.id), params.month, caller.id, query.force === 'true');
    const ranking = await inTime(step);
    return isRefusal(ranking) ? ranking : reply(200, await currentVersion(database, ranking));
  }),
  on(publishRanking, async ({ caller, params }) => {
    const ranking = await inTime(publishMonth(portsFor(caller.id), params.month));
    return isRefusal(ranking) ? ranking : reply(200, await currentVersion(database, ranking));
  }),
  on(correctRanking, async ({ caller, params, body }) => {
    const ranking = await inTime(correctMonth(portsFor(caller.id), params.month, caller.id, body.reason));
    if (isRefusal(ranking)) return ranking;
    const version = await currentVersion(database, ranking);
    return reply(200, { ...version, changes: await firstChanges(ranking) });
  }),
);

async function firstChanges({ month, version }: RankingMonth) {
  const window = { from: 0, limit: changesMax, visibility: 'everything' } as const;
  const changes = await readChanges(database, month, version, window);
  if (isRefusal(changes)) throw new Error(`the changes of ${month} version ${version} are missing`);
  return changes.items;
}

/** The result of a step, or a refusal to retry later if the step takes longer than the gateway waits. */
async function inTime<Result>(step: Promise<Result>): Promise<Result | Refusal<'try-again'>> {
  try {
    return await step;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'TimeoutError')) throw error;
    return {
      refusal: 'try-again',
      detail: '榜单仍在生成，请几分钟后重试 · The ranking is still being built. Retry in a few minutes.',
    };
  }
}
