import { type Statement, statementOf } from '../domain/statement.ts';
import type { Month } from '../domain/time.ts';
import type { Database } from '../store/client.ts';
import { sha256 } from '../store/digest.ts';
import { redemptionsOfMonth } from '../store/statement-lines.ts';
import { csvText } from './csv.ts';

export async function readStatement(
  database: Database,
  merchantId: string,
  month: Month,
): Promise<Statement> {
  const [confirmed, returned] = await Promise.all([
    redemptionsOfMonth(database, merchantId, month, 'confirmations'),
    redemptionsOfMonth(database, merchantId, month, 'returns'),
  ]);
  return statementOf(merchantId, month, { confirmed, returned }, sha256);
}

const header = [
  '类型 kind',
  '时间 time',
  '兑换号 redemptionId',
  '兑换品 rewardId',
  '请求号 requestNo',
  '消费（分） amountFen',
  '优惠（分） discountFen',
  '补贴（分） subsidyFen',
];

/**
 * A line a line, then the sums, and whose statement it is. Amounts are whole fen, as everywhere. Counts and month stand
 * among words: `2 / 1` alone, or `2026-03`, is a date to a spreadsheet.
 */
export function statementCsv(statement: Statement): string {
  const { merchantId, month, confirmed, returned, items, discountFen, subsidyFen } = statement;
  const counts = `${confirmed} 核销 confirmed, ${returned} 退回 returned`;
  return csvText([
    header,
    ...items.map(line => [
      line.kind === 'confirmed' ? '核销 confirmed' : '退回 returned',
      line.at,
      line.redemptionId,
      line.rewardId,
      line.requestNo,
      line.amountFen,
      line.discountFen,
      line.subsidyFen,
    ]),
    ['合计 total', null, counts, null, null, null, discountFen, subsidyFen],
    ['结单 statement', null, `${merchantId}, ${month}`, null, null, null, null, null],
    ['sha256', null, statement.sha256, null, null, null, null, null],
  ]);
}
