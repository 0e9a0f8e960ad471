import { isRefusal, type Refusal } from '../shared/kernel/refusal.ts';
import { readMerchant } from '../shared/program/store/merchants.ts';
import { on, Rendered, renderedJson, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';
import { getStatement, type StatementPosition } from '../shared/statements/contract/statements.ts';
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
  on(getStatement, async ({ caller, params, query, cursor, cursorAt }) => {
    const { merchantId, month } = params;
    const { format, limit } = query;
    if (caller.role === 'merchant' && caller.id !== merchantId) return { refusal: 'not-found' };
    if (!(await readMerchant(database, merchantId))) return { refusal: 'not-found' };
    const page = await readPage(merchantId, month, limit, cursor);
    if (isRefusal(page)) return page;
    const nextCursor = cursorAt(page.next);
    const lines = page.statement.confirmed + page.statement.returned;
    if (format === 'json') {
      const paged = limit === undefined ? {} : { nextCursor };
      return reply(200, fitting(renderedJson({ ...page.statement, ...paged }), lines));
    }
    return reply(
      200,
      fitting(new Rendered('text/csv', statementCsv(page.statement, nextCursor === null)), lines),
      {
        'content-disposition': `attachment; filename="statement-${fileName(merchantId)}-${month}.csv"`,
        ...(nextCursor === null ? {} : nextPart(merchantId, month, limit, nextCursor)),
      },
    );
  }),
);

async function readPage(
  merchantId: string,
  month: string,
  limit: number | undefined,
  position: StatementPosition | undefined,
): Promise<StatementPage | Refusal<'too-large'>> {
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
