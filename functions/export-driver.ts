import { auditIntent } from '../shared/audit/store/audit.ts';
import { exportDriver } from '../shared/people/contract/privacy.ts';
import { ExportPosition, exportDriver as exportPage } from '../shared/privacy/use-cases/export-driver.ts';
import { on, Rejection, reply, serve } from '../shared/runtime/http.ts';
import { decodeCursor, encodeCursor } from '../shared/runtime/page.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(exportDriver, async ({ caller, params: { driverId }, query, now: at }) => {
    if (caller.role === 'driver' && caller.id !== driverId) return { refusal: 'not-found' };
    const from = decodeCursor(ExportPosition, query.cursor);
    if (from instanceof Rejection) return from;
    const page = await exportPage(database, driverId, query.limit, from);
    if ('refusal' in page) return page;
    if (caller.role === 'organizer' && !from) {
      const change = { action: 'driver.export', subject: driverId, before: null, after: null };
      await auditIntent(database, { by: caller.id, at }, change);
    }
    return reply(200, { items: page.items, nextCursor: page.next && encodeCursor(page.next) });
  }),
);
