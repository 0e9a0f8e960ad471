import { CursorKey } from '../shared/kernel/primitives.ts';
import { listReconciliations } from '../shared/reconcile/contract/reconciliations.ts';
import { finishedRuns } from '../shared/reconcile/store/reconciliations.ts';
import { on, Rejection, reply, serve } from '../shared/runtime/http.ts';
import { decodeCursor, encodeCursor } from '../shared/runtime/page.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(listReconciliations, async ({ query }) => {
    const before = decodeCursor(CursorKey, query.cursor);
    if (before instanceof Rejection) return before;
    const { runs, more } = await finishedRuns(database, query.limit, before);
    const last = runs.at(-1);
    return reply(200, { items: runs, nextCursor: more && last ? encodeCursor(last.startedAt) : null });
  }),
);
