import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { csvText } from '../../../shared/kernel/csv.ts';
import { dayMs, hourMs, instantOf } from '../../../shared/kernel/time.ts';
import type { Redemption } from '../../../shared/redemptions/rules/redemption.ts';
import { redemptionsOf } from '../../../shared/redemptions/store/driver-redemptions.ts';
import { redemptionAnnouncement } from '../../../shared/redemptions/use-cases/announce.ts';
import { expireRedemption } from '../../../shared/redemptions/use-cases/expire.ts';
import { statementCsv } from '../../../shared/statements/use-cases/statements.ts';
import { freshDatabase } from '../../support/database.ts';
import { done, Market } from '../../support/market.ts';

/** What others are told of redemptions: a merchant's statement, a driver's list, and the bus. */

let market: Market;
let meals: Redemption[];
const merchantId = 'noodles';
const statementOf = (month: string, id = merchantId) => market.statement(id, month);

/** Two meals in March, of which one comes back in April, and one more in April. */
beforeAll(async () => {
  market = new Market(await freshDatabase());
  await market.earn('d-1', 1000);
  await market.offer('lunch', {
    kind: 'discount',
    points: 40,
    stockTracked: false,
    holdMinutes: 43_200,
    outlets: [merchantId, 'station-east'],
    discount: { percentOff: 20, maxFen: 800, minSpendFen: 1000 },
    subsidyFen: 250,
  });
  market.now = instantOf('2026-03-29T12:00:00+08:00');
  meals = [];
  for (const key of ['k-1', 'k-2', 'k-3', 'k-4']) {
    market.now += hourMs;
    meals.push(await market.reserved('d-1', 'lunch', key));
  }
  const [first, second, third, elsewhere] = meals as [Redemption, Redemption, Redemption, Redemption];
  market.now = instantOf('2026-03-31T23:59:59.999+08:00');
  done(await market.scan(first, { merchantId, requestNo: '-1', amountFen: 2999 }));
  done(await market.scan(second, { merchantId, requestNo: 'r-2', amountFen: 8000 }));
  done(await market.scan(elsewhere, { requestNo: 'r-2', amountFen: 8000 }));
  market.now = instantOf('2026-04-01T00:00:00+08:00');
  done(await market.scan(third, { merchantId, requestNo: 'r-3', amountFen: 1001 }));
  market.now += dayMs;
  done(await market.giveBack(second, { merchantId, requestNo: 'b-2' }));
});

describe('a statement', () => {
  it('is of one merchant and one month of Shanghai, net of what came back in it', async () => {
    const [first, second, third] = meals;
    const inMarch = { kind: 'confirmed', at: '2026-03-31T23:59:59.999+08:00', subsidyFen: 250 };
    const march = await statementOf('2026-03');
    expect(march).toMatchObject({ confirmed: 2, returned: 0, discountFen: 1399, subsidyFen: 500 });
    expect(march.items).toHaveLength(2);
    expect(march.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...inMarch, redemptionId: first?.redemptionId, discountFen: 599 }),
        expect.objectContaining({ ...inMarch, redemptionId: second?.redemptionId, discountFen: 800 }),
      ]),
    );
    const { sha256: _, ...april } = await statementOf('2026-04');
    expect(april).toEqual({
      merchantId,
      month: '2026-04',
      confirmed: 1,
      returned: 1,
      discountFen: 200 - 800,
      subsidyFen: 0,
      items: [
        {
          kind: 'confirmed',
          at: '2026-04-01T00:00:00.000+08:00',
          redemptionId: third?.redemptionId,
          rewardId: 'lunch',
          requestNo: 'r-3',
          amountFen: 1001,
          discountFen: 200,
          subsidyFen: 250,
        },
        {
          kind: 'returned',
          at: '2026-04-02T00:00:00.000+08:00',
          redemptionId: second?.redemptionId,
          rewardId: 'lunch',
          requestNo: 'b-2',
          amountFen: 8000,
          discountFen: -800,
          subsidyFen: -250,
        },
      ],
    });
  });

  it('of a month without a line says so', async () => {
    expect(await statementOf('2026-05')).toMatchObject({
      confirmed: 0,
      returned: 0,
      discountFen: 0,
      items: [],
    });
    expect(await statementOf('2026-03', 'station-east')).toMatchObject({ confirmed: 1, discountFen: 800 });
  });

  it('bears a digest that anybody makes again by the rule in docs/statements.md', async () => {
    const { sha256, ...rest } = await statementOf('2026-04');
    expect(createHash('sha256').update(sorted(rest)).digest('hex')).toBe(sha256);
    expect((await statementOf('2026-04')).sha256).toBe(sha256);
    expect((await statementOf('2026-03')).sha256).not.toBe(sha256);
  });

  it('opens in a spreadsheet as it is', async () => {
    const march = await statementOf('2026-03');
    const text = statementCsv(march);
    const lines = text.split('\r\n');
    expect(text.codePointAt(0)).toBe(0xfeff);
    expect(lines).toHaveLength(7);
    const [first] = meals;
    expect(lines).toContain(
      `"核销 confirmed","2026-03-31T23:59:59.999+08:00","${first?.redemptionId}","lunch","'-1",2999,599,250`,
    );
    expect(lines[3]).toBe('"合计 total",,"2 核销 confirmed, 0 退回 returned",,,,1399,500');
    expect(lines[4]).toBe(`"结单 statement",,"${march.merchantId}, 2026-03",,,,,`);
    expect(lines[5]).toBe(`"sha256",,"${march.sha256}",,,,,`);
    expect(statementCsv(await statementOf('2026-04'))).toContain(',8000,-800,-250\r\n');
    const texts = text.match(/(?<=")[^",\r\n]+(?=")/g) ?? [];
    expect(texts.filter(one => /^\d{1,4}(\s*[-/]\s*\d{1,2}){1,2}$/.test(one))).toEqual([]);
  });
});

/** RFC 8785 for what a statement holds: names in order, no spaces. */
function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${sorted(field)}`).join(',')}}`;
}

describe('a cell of a table', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1', '＋1', '－1', '＠x'])(
    '%j is no formula',
    text => {
      expect(csvText([[text]])).toBe(`\uFEFF"'${text}"\r\n`);
    },
  );

  it('may hold whatever text holds, and a number stays one', () => {
    expect(csvText([['a,"b"\r\nc', -5, null, true]])).toBe('\uFEFF"a,""b""\r\nc",-5,,true\r\n');
  });
});

describe('a driver’s list', () => {
  it('is newest first, page by page, without a gap or a repeat', async () => {
    const seen: string[] = [];
    let next: Parameters<typeof redemptionsOf>[3] | null;
    do {
      const page = await redemptionsOf(market.database, 'd-1', 3, next ?? undefined);
      seen.push(...page.redemptions.map(({ redemptionId }) => redemptionId));
      next = page.next;
    } while (next);
    expect(seen).toEqual(meals.map(({ redemptionId }) => redemptionId).reverse());
  });
});

describe('the bus', () => {
  it('is told of every state once, under a name that every repeat bears, and never of a code', async () => {
    await market.offer('tea', { points: 1, stockTracked: false });
    const before = await market.reserved('d-1', 'tea', 'bought');
    const given = await market.reserved('d-1', 'tea', 'given-up');
    const late = await market.reserved('d-1', 'tea', 'too-late');
    const confirmed = done(await market.scan(before));
    const returned = done(await market.giveBack(before));
    const cancelled = done(await market.cancel(given));
    await expireRedemption(market.portsAt(market.now + hourMs), late.redemptionId);
    const expired = await market.read(late);

    const told = [
      redemptionAnnouncement(undefined, before),
      redemptionAnnouncement(before, confirmed),
      redemptionAnnouncement(confirmed, returned),
      redemptionAnnouncement(given, cancelled),
      redemptionAnnouncement(late, expired),
    ];
    const name = ({ redemptionId }: Redemption, state: string) => `redemption#${redemptionId}#${state}`;
    expect(told.map(one => [one?.source, one?.detailType, one?.detail.id, one?.detail.version])).toEqual([
      ['nuanxin', 'RedemptionReserved', name(before, 'reserved'), 1],
      ['nuanxin', 'RedemptionConfirmed', name(before, 'confirmed'), 1],
      ['nuanxin', 'RedemptionReturned', name(before, 'returned'), 1],
      ['nuanxin', 'RedemptionCancelled', name(given, 'cancelled'), 1],
      ['nuanxin', 'RedemptionExpired', name(late, 'expired'), 1],
    ]);
    expect(told[1]?.detail).toMatchObject({
      time: '2026-04-02T00:00:00.000+08:00',
      data: { driverId: 'd-1', rewardId: 'tea', points: 1, merchantId: 'station-east', discountFen: 0 },
    });
    expect(redemptionAnnouncement(confirmed, confirmed)).toBeUndefined();
    for (const held of [before, given, late]) {
      expect(JSON.stringify(told)).not.toContain(market.codeOf(held));
      expect(JSON.stringify(told)).not.toContain(held.seed);
    }
  });
});
