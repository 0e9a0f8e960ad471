import { listAudit } from '../shared/adjustments/contract/governance.ts';
import { auditOf } from '../shared/audit/store/audit.ts';
import { monthOf } from '../shared/kernel/time.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(listAudit, async ({ query, cursor, cursorAt, now }) => {
    const { records, next } = await auditOf(database, query.month ?? monthOf(now), query.limit, cursor);
    return reply(200, { items: records, nextCursor: cursorAt(next) });
  }),
);
