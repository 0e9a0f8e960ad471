import { type Client, clientFor, ProblemError } from '../tools/client.ts';
import { demoMonth } from './month.ts';
import { progress, table } from './screen.ts';

/** A station that hands over cups, a noodle shop that gives a discount, and what drivers do with their points there. */

const station = { id: 'honghong-station', name: '洪城红驿站', kind: 'station', district: 'qingshanhu' };
const noodles = { id: 'tengwang-noodles', name: '滕王拌粉店', kind: 'merchant', district: 'donghu' };

const cup = {
  name: '保温杯',
  kind: 'goods',
  points: 300,
  stockTracked: true,
  holdMinutes: 3 * 24 * 60,
  outlets: [station.id],
  subsidyFen: 1500,
};
const lunch = {
  name: '午餐八折',
  kind: 'discount',
  points: 120,
  stockTracked: false,
  perDriverMonthlyLimit: 1,
  holdMinutes: 24 * 60,
  outlets: [noodles.id],
  discount: { percentOff: 20, maxFen: 800, minSpendFen: 1000 },
  subsidyFen: 400,
};
const cupsInStock = 8;

export async function openShops(organizer: Client): Promise<void> {
  for (const { id, ...terms } of [station, noodles])
    await organizer.send('PUT', `/v1/merchants/${id}`, terms);
  await organizer.send('PUT', '/v1/rewards/cup', cup);
  await organizer.send('PUT', '/v1/rewards/lunch', lunch);
  const delivery = { requestNo: 'delivery-1', delta: cupsInStock, reason: '三月到货' };
  await organizer.send('POST', '/v1/rewards/cup/stock', delivery);
}

interface Reservation {
  redemptionId: string;
  code: string;
}

/**
 * On the month's last evening every driver wants a cup and half of them a lunch: the cups run out and many have too
 * few points, which is refused and costs nothing. One changes their mind, one brings the cup back.
 */
export async function playRedemptions(url: string, driverIds: readonly string[]): Promise<void> {
  const playing = progress('兑换 redemptions ', driverIds.length);
  const refusals = new Map<string, number>();
  const atStation = await clientFor(url, 'merchant', station.id);
  const atNoodles = await clientFor(url, 'merchant', noodles.id);
  const handedOver: string[] = [];
  for (const [number, driverId] of driverIds.entries()) {
    const driver = await clientFor(url, 'driver', driverId);
    const reserve = (rewardId: string) =>
      driver
        .send<Reservation>(
          'POST',
          '/v1/redemptions',
          { rewardId },
          { 'idempotency-key': `march-${rewardId}` },
        )
        .catch(error => count(refusals, error));
    const ofCup = await reserve('cup');
    if (ofCup && handedOver.length === 0 && number % 5 === 1) {
      await driver.send('POST', `/v1/redemptions/${ofCup.redemptionId}/cancellation`, {});
    } else if (ofCup) {
      const scan = { code: ofCup.code, requestNo: `till-1-${number}` };
      await atStation.send('POST', '/v1/redemptions/confirmations', scan);
      await atStation.send('POST', '/v1/redemptions/confirmations', scan); // the till lost the answer
      handedOver.push(ofCup.redemptionId);
    }
    const ofLunch = number % 2 === 0 ? await reserve('lunch') : undefined;
    if (ofLunch) {
      const scan = {
        code: ofLunch.code,
        requestNo: `bill-${number}`,
        amountFen: 1500 + ((137 * number) % 2600),
      };
      await atNoodles.send('POST', '/v1/redemptions/confirmations', scan);
    }
    playing(number + 1, [...refusals].map(([reason, times]) => `${reason} ×${times}`).join(', '));
  }
  const broken = { requestNo: 'back-1', reason: '杯盖破损' };
  await atStation.send('POST', `/v1/redemptions/${handedOver[0]}/return`, broken);
}

function count(refusals: Map<string, number>, error: unknown): undefined {
  const code = error instanceof ProblemError ? error.problem.code : undefined;
  if (code !== 'out-of-stock' && code !== 'insufficient-points') throw error;
  refusals.set(code, (refusals.get(code) ?? 0) + 1);
}

interface Statement {
  confirmed: number;
  returned: number;
  discountFen: number;
  subsidyFen: number;
  items: StatementItem[];
  sha256: string;
}

interface StatementItem {
  kind: 'confirmed' | 'returned';
  rewardId: string;
  requestNo: string;
  amountFen: number | null;
  discountFen: number;
  subsidyFen: number;
}

const kinds = { confirmed: '核销 confirmed', returned: '退回 returned' } as const;
const yuan = (fen: number) => (fen / 100).toFixed(2);
const itemsShown = 6;

/** What each of the two reads at the end of the month: their own statement. */
export async function showStatements(url: string): Promise<void> {
  for (const { id, name } of [station, noodles]) {
    const merchant = await clientFor(url, 'merchant', id);
    const statement = await merchant.get<Statement>(`/v1/merchants/${id}/statements/${demoMonth}`);
    const { items, confirmed, returned } = statement;
    console.log(`\n  ${name} ${id}：${demoMonth} 结单 statement\n`);
    console.log(
      table(items.slice(-itemsShown), [
        { title: '', of: ({ kind }) => kinds[kind] },
        { title: '奖励 reward', of: ({ rewardId }) => rewardId },
        { title: '单号 request', of: ({ requestNo }) => requestNo },
        { title: '消费 bill ¥', of: ({ amountFen }) => (amountFen === null ? '' : yuan(amountFen)) },
        { title: '优惠 discount ¥', of: ({ discountFen }) => yuan(discountFen) },
        { title: '补贴 subsidy ¥', of: ({ subsidyFen }) => yuan(subsidyFen) },
      ]),
    );
    if (items.length > itemsShown) console.log(`  … and ${items.length - itemsShown} before them`);
    console.log(
      `  ${confirmed} confirmed, ${returned} returned; discount ¥${yuan(statement.discountFen)}, ` +
        `subsidy ¥${yuan(statement.subsidyFen)}; sha256 ${statement.sha256.slice(0, 8)}…`,
    );
  }
}
