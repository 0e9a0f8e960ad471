import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../../../shared/dynamo/batch.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { canonical } from '../../../shared/kernel/canonical.ts';
import { isRefusal } from '../../../shared/kernel/refusal.ts';
import { hourMs } from '../../../shared/kernel/time.ts';
import { readRedemptions } from '../../../shared/redemptions/store/redemptions.ts';
import { statementPageMax } from '../../../shared/statements/contract/statements.ts';
import type { Statement, StatementLine } from '../../../shared/statements/rules/statement.ts';
import {
  answerBytesMax,
  firstStatementPage,
  fitting,
  nextStatementPage,
  type StatementPage,
  statementCsv,
  wholeStatement,
} from '../../../shared/statements/use-cases/statements.ts';
import { freshDatabase } from '../../support/database.ts';
import { intercept } from '../../support/faults.ts';
import { done, Market } from '../../support/market.ts';
import { smallPages } from '../../support/small-pages.ts';

/** A month that is too long for one answer is read in pages. */

const month = '2026-03';
const merchantId = 'station-east';
let market: Market;
let whole: Statement;

/** Nine confirmations, five of them at one instant, and three returns, of which two come at that instant too. */
beforeAll(async () => {
  market = new Market(await freshDatabase());
  await market.earn('d-1', 1000);
  await market.offer('cup', { points: 1, stockTracked: false, holdMinutes: 43_200, subsidyFen: 300 });
  const keys = Array.from({ length: 9 }, (_, n) => `k-${n}`);
  const cups = await Promise.all(keys.map(key => market.reserved('d-1', 'cup', key)));
  for (const [n, cup] of cups.entries()) {
    if (n < 2 || n > 6) market.now += hourMs;
    done(await market.scan(cup, { requestNo: `r-${n}` }));
    if (n === 3) for (const back of cups.slice(0, 2)) done(await market.giveBack(back));
  }
  market.now += hourMs;
  done(await market.giveBack(cups[3] as (typeof cups)[0]));
  whole = await market.statement(merchantId, month);
});

async function pages(
  limit: number,
  { database } = market,
  between: () => Promise<void> = async () => {},
): Promise<Statement[]> {
  const read: Statement[] = [];
  let page: StatementPage = done(await firstStatementPage(database, merchantId, month, limit));
  read.push(page.statement);
  while (page.next && read.length < 100) {
    await between();
    page = await nextStatementPage(database, JSON.parse(JSON.stringify(page.next)), limit);
    read.push(page.statement);
  }
  return read;
}

/** An index keeps to its sort key alone; the engine here goes by the table's key besides, and so seems to be in order. */
function tiesReversed(database: Database): () => void {
  return intercept(database, async ({ command, input }, proceed) => {
    if (command !== 'QueryCommand') return proceed();
    const { Limit: limit, ExclusiveStartKey: start, ...query } = input;
    const sort = input.IndexName === 'returns' ? 'returnedAt' : 'confirmedAt';
    const result = await proceed(query);
    const byTime = Map.groupBy(result.output.Items as Item[], item => JSON.stringify(item[sort]));
    const items = [...byTime.values()].flatMap(ties => ties.reverse());
    const idOf = (key: unknown) => JSON.stringify((key as Item).redemptionId);
    const from = start ? items.findIndex(item => idOf(item) === idOf(start)) + 1 : 0;
    result.output.Items = items.slice(from, from + Number(limit ?? items.length));
    const isLast = from + Number(limit ?? items.length) >= items.length;
    result.output.LastEvaluatedKey = isLast ? undefined : (result.output.Items as Item[]).at(-1);
    return result;
  });
}

/** Its counts, sums and digest. */
function without({ items: _, ...rest }: Statement) {
  return rest;
}

describe('the pages of a statement', () => {
  it.each([1, 2, 3, 4, 5, 11, 12, 13, 100])('of %i lines are the whole in its order', async limit => {
    const read = await pages(limit);
    expect(whole.items).toHaveLength(12);
    expect(read.flatMap(({ items }) => items)).toEqual(whole.items);
    expect(read).toHaveLength(Math.ceil(12 / limit));
    expect(read.map(without)).toEqual(read.map(() => without(whole)));
  });

  it('are read to the end, however little an index answers at once', async () => {
    const stop = smallPages(market.database, 2);
    const read = await pages(4);
    stop();
    expect(read.flatMap(({ items }) => items)).toEqual(whole.items);
  });

  it('are the whole too where an index has lines of one instant in no order', async () => {
    for (const limit of [1, 2, 3]) {
      const stop = tiesReversed(market.database);
      const read = await pages(limit);
      stop();
      expect(read.flatMap(({ items }) => items)).toEqual(whole.items);
    }
  });

  it('have a digest that is made again from all of their lines', async () => {
    const read = await pages(5);
    const items = read.flatMap(page => page.items);
    const { sha256, ...rest } = { ...read[0], items };
    expect(
      createHash('sha256')
        .update(canonical(rest as never))
        .digest('hex'),
    ).toBe(sha256);
  });

  it('stay those of the month as the first one found it', async () => {
    const busy = new Market(await freshDatabase());
    await busy.earn('d-1', 1000);
    await busy.offer('cup', { points: 1, stockTracked: false });
    let scans = 0;
    const scan = async () => {
      scans += 1;
      busy.now += hourMs;
      done(await busy.scan(await busy.reserved('d-1', 'cup', `k-${scans}`), { requestNo: `r-${scans}` }));
    };
    for (let n = 0; n < 3; n += 1) await scan();
    const read = await pages(2, busy, scan);
    expect(read.map(({ items }) => items.map(({ requestNo }) => requestNo))).toEqual([
      ['r-1', 'r-2'],
      ['r-3'],
    ]);
    expect(read.map(({ confirmed }) => confirmed)).toEqual([3, 3]);
    expect(await busy.statement(merchantId, month)).toMatchObject({ confirmed: 4 });
  });
});

describe('a page further on', () => {
  it('reads its own lines and no other', async () => {
    const { next } = done(await firstStatementPage(market.database, merchantId, month, 1));
    if (!next) throw new Error('there is one page alone');
    let keys = 0;
    const stop = intercept(market.database, ({ command, input }, proceed) => {
      if (command === 'BatchGetItemCommand')
        keys += Object.values(input.RequestItems as Record<string, { Keys: unknown[] }>)[0]?.Keys.length ?? 0;
      return proceed();
    });
    await nextStatementPage(market.database, next, 1);
    stop();
    expect(keys).toBe(1);
  });
});

describe('the pages of a statement as a table', () => {
  it('have the lines of the whole, and its sums after the last', async () => {
    const linesOf = (text: string) => text.slice(1, -2).split('\r\n');
    const [first, last] = await pages(7);
    if (!first || !last) throw new Error('there are two pages');
    const [header, ...lines] = linesOf(statementCsv(first, false));
    const [again, ...rest] = linesOf(statementCsv(last, true));
    expect([header, ...lines, ...rest]).toEqual(linesOf(statementCsv(whole)));
    expect(again).toBe(header);
    expect(lines).toHaveLength(7);
  });
});

describe('a statement that is too large', () => {
  it('is refused with the number of its lines, whole or in pages', async () => {
    const { database } = market;
    for (const linesMax of [11, 12]) {
      const outcomes = [
        await wholeStatement(database, merchantId, month, linesMax),
        await firstStatementPage(database, merchantId, month, 5, linesMax),
      ];
      const tooLarge = { refusal: 'too-large', lines: 12, detail: expect.stringContaining('11') };
      for (const outcome of outcomes)
        if (linesMax < 12) expect(outcome).toEqual(tooLarge);
        else expect(isRefusal(outcome)).toBe(false);
    }
  });

  it('is refused as an answer that would not fit, and told to be paged', () => {
    const body = { text: JSON.stringify(whole) };
    const bytes = Buffer.byteLength(JSON.stringify(body.text));
    expect(fitting(body, 12, bytes)).toBe(body);
    expect(fitting(body, 12, bytes - 1)).toEqual({
      refusal: 'too-large',
      lines: 12,
      detail: expect.stringMatching(/12 行.*limit.*cursor/),
    });
  });

  it('fits as one page, however long its lines', () => {
    const longest: StatementLine = {
      kind: 'confirmed',
      at: '2026-03-10T12:00:00.000+08:00',
      redemptionId: 'r'.repeat(64),
      rewardId: 'r'.repeat(128),
      requestNo: 'r'.repeat(128),
      amountFen: 100_000_000,
      discountFen: -100_000_000,
      subsidyFen: -100_000_000,
    };
    const full = { ...whole, items: Array.from({ length: statementPageMax }, () => longest) };
    for (const text of [JSON.stringify(full), statementCsv(full)])
      expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(answerBytesMax - 10_000);
  });
});

describe('many redemptions', () => {
  it('are read side by side, eight requests at a time', async () => {
    let atOnce = 0;
    let most = 0;
    const stop = intercept(market.database, async (_, proceed) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      const result = await proceed();
      atOnce -= 1;
      return result;
    });
    const ids = Array.from({ length: 1500 }, (_, n) => `nobody-${n}`);
    await readRedemptions(market.database, ids);
    stop();
    expect(most).toBe(8);
  });
});
