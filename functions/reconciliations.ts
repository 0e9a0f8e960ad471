import { listReconciliations } from '../shared/reconcile/contract/reconciliations.ts';
import { finishedRuns } from '../shared/reconcile/store/reconciliations.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(listReconciliations, async ({ query, cursor, cursorAt }) => {
    const { runs, more } = await finishedRuns(database, query.limit, cursor);
    const last = runs.at(-1);
    return reply(200, { items: runs, nextCursor: cursorAt(more && last ? last.startedAt : null) });
  }),
);
