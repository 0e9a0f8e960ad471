import { type AuditedChange, audited } from '../shared/audit/store/audit.ts';
import { isRefusal, type Refusal } from '../shared/kernel/refusal.ts';
import { closeRanking, correctRanking, publishRanking } from '../shared/ranking/contract/manage-rankings.ts';
import type { RankingMonth } from '../shared/ranking/rules/ranking-month.ts';
import { closeMonth, correctMonth, publishMonth } from '../shared/ranking/use-cases/manage.ts';
import { currentVersion, readChanges } from '../shared/ranking/use-cases/versions.ts';
import { eventsPending } from '../shared/runtime/award-queue.ts';
import { now } from '../shared/runtime/clock.ts';
import { type Answer, on, Rejection, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

/** The gateway waits for 30 seconds. What is not done by then `refresh-rankings` goes on with within a minute. */
const waitMaxMs = 25_000;
const changesTold = 100;

const portsFor = (organizer: string) => ({
  database,
  now,
  eventsPending,
  audit: (change: AuditedChange) => audited(database, { by: organizer, at: now() }, change),
  signal: AbortSignal.timeout(waitMaxMs),
});

export const handler = serve(
  on(closeRanking, async ({ caller, params, query }) =>
    answer(closeMonth(portsFor(caller.id), params.month, caller.id, query.force === 'true')),
  ),
  on(publishRanking, async ({ caller, params }) => answer(publishMonth(portsFor(caller.id), params.month))),
  on(correctRanking, async ({ caller, params, body }) =>
    answer(
      correctMonth(portsFor(caller.id), params.month, caller.id, body.reason),
      async ({ month, version }) => {
        const window = { from: 0, limit: changesTold, visibility: 'everything' } as const;
        const changes = await readChanges(database, month, version, window);
        return isRefusal(changes) ? {} : { changes: changes.items };
      },
    ),
  ),
);

async function answer(
  step: Promise<RankingMonth | Refusal>,
  besides: (ranking: RankingMonth) => Promise<object> = async () => ({}),
): Promise<Answer> {
  try {
    const ranking = await step;
    if (isRefusal(ranking)) return ranking;
    return reply(200, { ...(await currentVersion(database, ranking)), ...(await besides(ranking)) });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'TimeoutError')) throw error;
    return new Rejection('try-again', { detail: 'begun, and goes on by itself: ask again in a few minutes' });
  }
}
