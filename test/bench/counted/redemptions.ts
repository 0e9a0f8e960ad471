import type { Database } from '../../../shared/dynamo/client.ts';
import { isRefusal, type Refusal } from '../../../shared/kernel/refusal.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import type { Redemption } from '../../../shared/redemptions/rules/redemption.ts';
import { codesFrom } from '../../../shared/redemptions/store/codes.ts';
import { cancelRedemption, returnRedemption } from '../../../shared/redemptions/use-cases/cancel.ts';
import { confirm } from '../../../shared/redemptions/use-cases/confirm.ts';
import { expireRedemption } from '../../../shared/redemptions/use-cases/expire.ts';
import { reserve } from '../../../shared/redemptions/use-cases/reserve.ts';
import { Shop } from '../../support/shop.ts';
import type { Context, Part, Result } from '../report/result.ts';
import { type Cost, costOf } from '../support/cost.ts';
import { openStage } from '../support/stage.ts';
import { overBudget, redemptionBudgets } from './budgets.ts';

export const redemptions: Part = {
  id: 'redemptions',
  title: 'Cost of a redemption on the tables',
  kind: 'counted',
  run: async context => {
    const stage = await openStage();
    try {
      return await countRedemptions(await stage.freshDatabase(), context);
    } finally {
      await stage.close();
    }
  },
};

const merchantId = 'station-east';
const codes = codesFrom({ current: '1', '1': 'only-for-counting-only-for-counting-only' });

/** Counts the use cases as the functions call them, for a reward with limited stock, indexes included. */
export async function countRedemptions(database: Database, { step }: Pick<Context, 'step'>): Promise<Result> {
  const shop = new Shop(database);
  await shop.open(4, ['d-1', 'd-2', 'd-3', 'd-4', 'd-5']);
  const ports = { database, codes, now: () => instantOf(shop.now) };
  const rows: [what: string, cost: Cost][] = [];
  const add = async (what: string, work: () => Promise<Redemption | Refusal | boolean>, rejected = false) => {
    let outcome: Redemption | Refusal | boolean = false;
    const cost = await costOf(database, async () => {
      outcome = await work();
    });
    if (isRefusal(outcome) !== rejected || outcome === false)
      throw new Error(`${what}: ${JSON.stringify(outcome)}`);
    rows.push([what, cost]);
    step(rows.length, 12, what);
  };
  const request = (driverId: string) => reserve(ports, { driverId, idempotencyKey: 'k-1', rewardId: 'cup' });
  const idOf = async (driverId: string) => {
    const known = await request(driverId);
    if (isRefusal(known)) throw new Error(known.refusal);
    return known.redemptionId;
  };
  const scan = async (driverId: string) => {
    const known = await request(driverId);
    if (isRefusal(known)) throw new Error(known.refusal);
    return codes.codeOf(known.seed, known.codeKey) ?? '';
  };

  await add('reserve', () => request('d-1'));
  await add('reserve, same idempotency key', () => request('d-1'));
  const code = await scan('d-1');
  await add('confirm', () => confirm(ports, merchantId, { code, requestNo: 'n-1' }));
  await add('confirm, same scan', () => confirm(ports, merchantId, { code, requestNo: 'n-1' }));
  await add(
    'confirm, unknown code',
    () => confirm(ports, merchantId, { code: '1000000000', requestNo: 'n-2' }),
    true,
  );
  const first = await idOf('d-1');
  await add('return', () =>
    returnRedemption(ports, first, { merchantId, requestNo: 'b-1', reason: 'broken' }),
  );
  const second = await idOf('d-2');
  await add('cancel', () => cancelRedemption(ports, second, 'd-2'));
  await add('cancel, repeated', () => cancelRedemption(ports, second, 'd-2'));
  const third = await idOf('d-3');
  shop.now = '2026-03-12T12:00:00+08:00';
  await add('expire', () => expireRedemption(ports, third));
  await shop.stock('sold out', -4);
  await add('reserve, rejected: out of stock', () => request('d-4'), true);
  await shop.stock('restocked', 1);
  const expensive = { ...shop.terms, rewardId: 'bicycle', points: 5000 };
  await new Shop(database).offer(expensive);
  await add(
    'reserve, rejected: too few points',
    () => reserve(ports, { driverId: 'd-5', idempotencyKey: 'k-2', rewardId: 'bicycle' }),
    true,
  );
  return {
    tables: [
      {
        id: 'redemptions',
        title: redemptions.title,
        columns: ['what', 'WRU', 'RRU', 'requests'],
        rows: rows.map(([what, { writeUnits, readUnits, requests }]) => [
          what,
          writeUnits,
          readUnits,
          requests,
        ]),
      },
    ],
    figures: [
      {
        what: 'reserve / confirm / cancel, limited stock',
        value: ['reserve', 'confirm', 'cancel']
          .map(what => rows.find(row => row[0] === what)?.[1].writeUnits)
          .join(' / '),
        unit: 'WRU',
        goal: '11 / 3 / 10',
      },
    ],
    overBudget: overBudget(rows, redemptionBudgets),
  };
}
