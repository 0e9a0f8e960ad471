import * as z from 'zod';
import { isRefusal, type Refusal } from '../shared/kernel/refusal.ts';
import { readMerchant } from '../shared/program/store/merchants.ts';
import { on, Rejection, reply, serve } from '../shared/runtime/http.ts';
import { decodeCursor, encodeCursor } from '../shared/runtime/page.ts';
import { openTables } from '../shared/runtime/wiring.ts';
import { getStatement, StatementPosition } from '../shared/statements/contract/statements.ts';
import {
  firstStatementPage,
  fitting,
  nextStatementPage,
  type StatementPage,
  statementCsv,
  wholeStatement,
} from '../shared/statements/use-cases/statements.ts';

const database = openTables();

export const handler = serve(
  on(getStatement, async ({ caller, params, query }) => {
    const { merchantId, month } = params;
    const { format, limit } = query;
    if (caller.role === 'merchant' && caller.id !== merchantId) return { refusal: 'not-found' };
    const position = decodeCursor(positionIn(merchantId, month), query.cursor);
    if (position instanceof Rejection) return position;
    if (!(await readMerchant(database, merchantId))) return { refusal: 'not-found' };
    const page = await readPage(merchantId, month, limit, position);
    if (isRefusal(page)) return page;
    const nextCursor = page.next && encodeCursor(page.next);
    const lines = page.statement.confirmed + page.statement.returned;
    if (format === 'json') {
      const paged = limit === undefined ? {} : { nextCursor };
      return reply(200, fitting(JSON.stringify({ ...page.statement, ...paged }), lines));
    }
    return reply(200, fitting(statementCsv(page.statement, nextCursor === null), lines), {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="statement-${fileName(merchantId)}-${month}.csv"`,
      ...(nextCursor === null ? {} : nextPart(merchantId, month, limit, nextCursor)),
    });
  }),
);

/** A cursor of another statement is none of this. */
function positionIn(merchantId: string, month: string) {
  return StatementPosition.extend({ merchantId: z.literal(merchantId), month: z.literal(month) });
}

async function readPage(
  merchantId: string,
  month: string,
  limit: number | undefined,
  position: StatementPosition | undefined,
): Promise<StatementPage | Refusal> {
  if (limit === undefined) {
    const statement = await wholeStatement(database, merchantId, month);
    return isRefusal(statement) ? statement : { statement, next: null };
  }
  return position
    ? nextStatementPage(database, position, limit)
    : firstStatementPage(database, merchantId, month, limit);
}

function nextPart(merchantId: string, month: string, limit: number | undefined, cursor: string) {
  const query = new URLSearchParams({ format: 'csv', limit: String(limit), cursor });
  return { link: `</v1/merchants/${merchantId}/statements/${month}?${query}>; rel="next"` };
}

/** Windows takes no colon in the name of a file. */
function fileName(id: string): string {
  return id.replaceAll(':', '_');
}
