import type { Database } from '../../dynamo/client.ts';
import { csvText } from '../../kernel/csv.ts';
import { sha256 } from '../../kernel/digest.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Month } from '../../kernel/time.ts';
import type { StatementPosition } from '../contract/statements.ts';
import {
  linePlace,
  type Statement,
  type StatementLine,
  statementLines,
  statementOf,
} from '../rules/statement.ts';
import { type LineKey, lineKeys, redemptionsOf, type StatementIndex } from '../store/statement-lines.ts';

/**
 * A month of more lines is no longer one statement: to read them all would take longer than the gateway waits. A
 * station of 600 visits a day has some 19,000.
 */
export const statementLinesMax = 100_000;

/** A function's answer may have 6 MB, as the JSON that the body is a text in; some are left for the headers. */
export const answerBytesMax = 6_000_000;

/** The whole, unless it has more lines than can be read at once. */
export async function wholeStatement(
  database: Database,
  merchantId: string,
  month: Month,
  linesMax = statementLinesMax,
): Promise<Statement | Refusal<'too-large'>> {
  let lines = 0;
  const keys = async (which: StatementIndex) => {
    const found: LineKey[] = [];
    for await (const page of lineKeys(database, merchantId, month, which)) {
      found.push(...page);
      lines += page.length;
      if (lines > linesMax) break;
    }
    return found;
  };
  const [confirmed, returned] = await Promise.all([keys('confirmations'), keys('returns')]);
  if (lines > linesMax)
    return tooLarge(lines, `月结单超过 ${linesMax} 行 · The month has over ${linesMax} lines`);
  return fromKeys(database, merchantId, month, { confirmed, returned });
}

export interface StatementPage {
  /** With the lines of this page; counts, sums and digest are those of the whole. */
  readonly statement: Statement;
  readonly next: StatementPosition | null;
}

/** The first page: to tell of the whole, all of it is read. */
export async function firstStatementPage(
  database: Database,
  merchantId: string,
  month: Month,
  limit: number,
  linesMax = statementLinesMax,
): Promise<StatementPage | Refusal<'too-large'>> {
  const statement = await wholeStatement(database, merchantId, month, linesMax);
  if ('refusal' in statement) return statement;
  return pageOf(statement, statement.items.slice(0, limit), statement.items.length);
}

/**
 * A page further on costs its own lines alone: what the first has found out about the whole comes with the position.
 * A line that an index has told of too late is missing or one too many, which the digest shows.
 */
export async function nextStatementPage(
  database: Database,
  position: StatementPosition,
  limit: number,
): Promise<StatementPage> {
  const { merchantId, month, after, left, whole } = position;
  const count = Math.min(limit, left);
  const keys = (which: StatementIndex, kind: StatementLine['kind']) =>
    keysAfter(lineKeys(database, merchantId, month, which, { since: after.at, pageMax: count + 1 }), {
      kind,
      after,
      count,
    });
  const [confirmed, returned] = await Promise.all([
    keys('confirmations', 'confirmed'),
    keys('returns', 'returned'),
  ]);
  const chosen = [...confirmed, ...returned]
    .sort((a, b) => (linePlace(a) < linePlace(b) ? -1 : 1))
    .slice(0, count);
  const items = await linesOf(database, {
    confirmed: chosen.filter(({ kind }) => kind === 'confirmed'),
    returned: chosen.filter(({ kind }) => kind === 'returned'),
  });
  return pageOf({ merchantId, month, ...whole }, items, left);
}

type KindOfKey = LineKey & Pick<StatementLine, 'kind'>;

/** At least so many after a place, if there are so many, and all that share their time: an index puts those in no order. */
async function keysAfter(
  pages: AsyncIterable<LineKey[]>,
  { kind, after, count }: { kind: StatementLine['kind']; after: StatementPosition['after']; count: number },
): Promise<KindOfKey[]> {
  const found: KindOfKey[] = [];
  for await (const page of pages) {
    const keys = page.map(key => ({ ...key, kind }));
    found.push(...keys.filter(key => linePlace(key) > linePlace(after)));
    const last = found[count - 1];
    if (last && (found.at(-1)?.at ?? '') > last.at) break;
  }
  return found;
}

/** @param left lines from this page's first to the end */
function pageOf(
  whole: Omit<Statement, 'items'>,
  items: readonly StatementLine[],
  left: number,
): StatementPage {
  const { merchantId, month, confirmed, returned, discountFen, subsidyFen, sha256: digest } = whole;
  const statement = {
    merchantId,
    month,
    confirmed,
    returned,
    discountFen,
    subsidyFen,
    items,
    sha256: digest,
  };
  const last = items.at(-1);
  if (!last || items.length >= left) return { statement, next: null };
  const { at, redemptionId, kind } = last;
  return {
    statement,
    next: {
      merchantId,
      month,
      after: { at, redemptionId, kind },
      left: left - items.length,
      whole: { confirmed, returned, discountFen, subsidyFen, sha256: digest },
    },
  };
}

interface Keys {
  readonly confirmed: readonly LineKey[];
  readonly returned: readonly LineKey[];
}

async function ofMonth(database: Database, { confirmed, returned }: Keys) {
  const [ofConfirmed, ofReturned] = await Promise.all([
    redemptionsOf(database, confirmed),
    redemptionsOf(database, returned),
  ]);
  return { confirmed: ofConfirmed, returned: ofReturned };
}

async function linesOf(database: Database, keys: Keys): Promise<StatementLine[]> {
  return statementLines(await ofMonth(database, keys));
}

async function fromKeys(
  database: Database,
  merchantId: string,
  month: Month,
  keys: Keys,
): Promise<Statement> {
  return statementOf(merchantId, month, await ofMonth(database, keys), sha256);
}

/** The text of an answer, unless it is longer than an answer may be. */
export function fitting<Body extends { readonly text: string }>(
  body: Body,
  lines: number,
  bytesMax = answerBytesMax,
): Body | Refusal<'too-large'> {
  if (Buffer.byteLength(JSON.stringify(body.text)) <= bytesMax) return body;
  const detail = `月结单共 ${lines} 行，请用 limit 与 cursor 分页 · ${lines} lines: read them page by page, with limit and cursor`;
  return tooLarge(lines, detail);
}

function tooLarge(lines: number, detail: string): Refusal<'too-large'> {
  return { refusal: 'too-large', detail, lines };
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
 * among words: `2 / 1` alone, or `2026-03`, is a date to a spreadsheet. Of pages the last alone has sums.
 */
export function statementCsv(statement: Statement, isLast = true): string {
  const { merchantId, month, confirmed, returned, items, discountFen, subsidyFen } = statement;
  const counts = `${confirmed} 核销 confirmed, ${returned} 退回 returned`;
  const lines = items.map(line => [
    line.kind === 'confirmed' ? '核销 confirmed' : '退回 returned',
    line.at,
    line.redemptionId,
    line.rewardId,
    line.requestNo,
    line.amountFen,
    line.discountFen,
    line.subsidyFen,
  ]);
  if (!isLast) return csvText([header, ...lines]);
  return csvText([
    header,
    ...lines,
    ['合计 total', null, counts, null, null, null, discountFen, subsidyFen],
    ['结单 statement', null, `${merchantId}, ${month}`, null, null, null, null, null],
    ['sha256', null, statement.sha256, null, null, null, null, null],
  ]);
}
