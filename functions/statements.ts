import { readStatement, statementCsv } from '../shared/application/statements.ts';
import { getStatement } from '../shared/contracts/statements.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';
import { readMerchant } from '../shared/store/merchants.ts';

const database = openTables();

export const handler = serve(
  on(getStatement, async ({ caller, params, query }) => {
    const { merchantId, month } = params;
    if (caller.role === 'merchant' && caller.id !== merchantId) return { refusal: 'not-found' };
    if (!(await readMerchant(database, merchantId))) return { refusal: 'not-found' };
    const statement = await readStatement(database, merchantId, month);
    if (query.format === 'json') return reply(200, statement);
    return reply(200, statementCsv(statement), {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="statement-${fileName(merchantId)}-${month}.csv"`,
    });
  }),
);

/** Windows takes no colon in the name of a file. */
function fileName(id: string): string {
  return id.replaceAll(':', '_');
}
