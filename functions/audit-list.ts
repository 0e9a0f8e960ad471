import { listAudit } from '../shared/adjustments/contract/governance.ts';
import { auditOf } from '../shared/audit/store/audit.ts';
import { CursorKey } from '../shared/kernel/primitives.ts';
import { monthOf } from '../shared/kernel/time.ts';
import { on, Rejection, reply, serve } from '../shared/runtime/http.ts';
import { decodeCursor, encodeCursor } from '../shared/runtime/page.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(listAudit, async ({ query, now }) => {
    const below = decodeCursor(CursorKey, query.cursor);
    if (below instanceof Rejection) return below;
    const { records, next } = await auditOf(database, query.month ?? monthOf(now), query.limit, below);
    return reply(200, { items: records, nextCursor: next && encodeCursor(next) });
  }),
);
