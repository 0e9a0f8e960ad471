import { auditIntent } from '../shared/audit/store/audit.ts';
import { exportDriver } from '../shared/people/contract/privacy.ts';
import { exportDriver as exportPage } from '../shared/privacy/use-cases/export-driver.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(exportDriver, async ({ caller, params: { driverId }, query, cursor, cursorAt, now: at }) => {
    if (caller.role === 'driver' && caller.id !== driverId) return { refusal: 'not-found' };
    const page = await exportPage(database, driverId, query.limit, cursor);
    if ('refusal' in page) return page;
    if (caller.role === 'organizer' && !cursor) {
      const change = { action: 'driver.export', subject: driverId, before: null, after: null };
      await auditIntent(database, { by: caller.id, at }, change);
    }
    return reply(200, { items: page.items, nextCursor: cursorAt(page.next) });
  }),
);
