import { beforeAll, describe, expect, it } from 'vitest';
import { transact } from '../../../shared/dynamo/transaction.ts';
import type { Refusal } from '../../../shared/kernel/refusal.ts';
import { hourMs, instantOf, toLocalIso } from '../../../shared/kernel/time.ts';
import { putReservation } from '../../../shared/redemptions/store/redemptions.ts';
import { expireRedemption, withOverdueStock } from '../../../shared/redemptions/use-cases/expire.ts';
import { storeReward } from '../../../shared/redemptions/use-cases/rewards.ts';
import { freshDatabase } from '../../support/database.ts';
import { intercept } from '../../support/faults.ts';
import { reserved } from '../../support/given-redemptions.ts';
import { done, Market, outcomeOf } from '../../support/market.ts';

let market: Market;
let drivers = 0;

/** A driver with 200 points, whom no other test knows. */
async function someone(): Promise<string> {
  drivers += 1;
  const driverId = `d-${drivers}`;
  await market.earn(driverId, 200);
  return driverId;
}

beforeAll(async () => {
  market = new Market(await freshDatabase());
  await market.offer('cup', { subsidyFen: 1500 });
  await market.offer('umbrella', { stockTracked: false, points: 50 });
  await market.stock('cup', 20, 'first');
});

describe('a wish', () => {
  it('takes a piece, and the end of it gives it back where it was tracked', async () => {
    const driverId = await someone();
    const before = (await market.stockOf('cup')) ?? 0;
    const cup = await market.reserved(driverId, 'cup', 'one');
    expect(await market.stockOf('cup')).toBe(before - 1);
    done(await market.cancel(cup));
    expect(await market.stockOf('cup')).toBe(before);
    done(await market.cancel(await market.reserved(driverId, 'umbrella', 'two')));
    expect(await market.stockOf('umbrella')).toBe(0);
  });

  it('whose code is by chance another wish’s takes another turn', async () => {
    const driverId = await someone();
    const ports = market.ports;
    let asked = 0;
    const taken = `r-${'f'.repeat(32)}`;
    await transact(market.database, [putReservation(market.database, reserved({ redemptionId: taken }))]);
    const codes = {
      ...ports.codes,
      candidates: (seed: string) => {
        asked += 1;
        const [first, ...older] = ports.codes.candidates(seed);
        const chance = asked === 1 ? { ...first, redemptionId: taken } : first;
        return [chance, ...older] as const;
      },
    };
    const made = done(await market.reserve(driverId, 'cup', 'chance', { ...ports, codes }));
    expect(made).toMatchObject({ driverId, rewardId: 'cup', state: 'reserved' });
    expect(made.redemptionId).not.toBe(taken);
  });
});

/** As an index that is behind does. */
function listingWhatIsSettledStill(): () => void {
  const first = new Map<string, unknown>();
  return intercept(market.database, async ({ command, input }, proceed) => {
    const result = await proceed();
    if (command !== 'QueryCommand' || input.IndexName !== 'due') return result;
    const query = JSON.stringify(input.ExpressionAttributeValues);
    if (!first.has(query)) first.set(query, result.output.Items);
    result.output.Items = first.get(query);
    return result;
  });
}

describe('an overdue hold', () => {
  it('is settled for whoever waits for its reward, once', async () => {
    await market.offer('last');
    await market.offer('other');
    await market.stock('last', 1, 'first');
    await market.stock('other', 1, 'first');
    const [holder, waiting] = [await someone(), await someone()];
    const last = await market.reserved(holder, 'last', 'l');
    const other = await market.reserved(holder, 'other', 'o');
    expect(outcomeOf(await market.reserve(waiting, 'last', 'w'))).toBe('out-of-stock');
    market.now += hourMs;
    const refused: Refusal = { refusal: 'out-of-stock', rewardId: 'last', available: 0, needed: 2 };
    let asked = 0;
    const stop = listingWhatIsSettledStill();
    const outcome = await withOverdueStock(market.ports, 'last', async () => {
      asked += 1;
      return refused;
    });
    stop();
    expect([outcome, asked]).toEqual([refused, 2]);
    expect([(await market.read(last)).state, (await market.read(other)).state]).toEqual([
      'expired',
      'reserved',
    ]);
  });

  it('is none before its time: a sweep leaves it', async () => {
    const driverId = await someone();
    const hold = await market.reserved(driverId, 'cup', 'early');
    market.now += hourMs - 1;
    await market.sweepHolds();
    expect(await expireRedemption(market.ports, hold.redemptionId)).toBe(false);
    expect((await market.read(hold)).state).toBe('reserved');
  });
});

describe('its end', () => {
  it('is its driver’s to bring about, and nobody else’s', async () => {
    const hold = await market.reserved(await someone(), 'cup', 'mine');
    expect(await market.cancel({ ...hold, driverId: 'd-thief' })).toEqual({ refusal: 'not-found' });
    expect(outcomeOf(await market.cancel(hold))).toBe('cancelled');
  });

  it('stands in the statement of the local month in which it came', async () => {
    market.now = instantOf('2026-04-30T15:30:00Z');
    const driverId = await someone();
    const hold = await market.reserved(driverId, 'cup', 'statement');
    done(await market.scan(hold, { requestNo: 'till-9' }));
    market.now = instantOf('2026-04-30T16:00:00Z');
    done(await market.giveBack(hold, { requestNo: 'back-9' }));
    const counts = async (month: string) => {
      const { confirmed, returned, subsidyFen } = await market.statement('station-east', month);
      return [confirmed, returned, subsidyFen];
    };
    expect(await counts('2026-04')).toEqual([1, 0, 1500]);
    expect(await counts('2026-05')).toEqual([0, 1, -1500]);
  });
});

describe('a reward', () => {
  it('is for outlets that there are', async () => {
    const auditor = { by: 'city-office', at: market.now };
    const body = { name: '灯', kind: 'goods', points: 5, stockTracked: false, holdMinutes: 60 } as const;
    const outlets = ['station-east', 'nowhere'];
    expect(await storeReward(market.database, auditor, 'nowhere', { ...body, outlets })).toEqual({
      refusal: 'invalid',
      errors: [{ pointer: '/outlets/1', detail: 'is no merchant and no station' }],
    });
  });

  it('has the same version under the same terms, and the next under others', async () => {
    const versionAfter = async (changes: object) => {
      await market.offer('versions', changes);
      return (await market.reserved(await someone(), 'versions', toLocalIso(market.now))).rewardVersion;
    };
    const free = { stockTracked: false };
    expect([await versionAfter(free), await versionAfter(free)]).toEqual([1, 1]);
    expect(await versionAfter({ ...free, points: 61 })).toBe(2);
  });

  it('has its stock changed once by each request number', async () => {
    const before = (await market.stockOf('cup')) ?? 0;
    const changes = [await market.stock('cup', 3, 'again'), await market.stock('cup', 3, 'again')];
    expect(changes.map(one => 'created' in one && one.created)).toEqual([true, false]);
    const both = await Promise.all([market.stock('cup', 2, 'both'), market.stock('cup', 2, 'both')]);
    expect(both.map(one => 'created' in one && one.created).sort()).toEqual([false, true]);
    expect(await market.stockOf('cup')).toBe(before + 5);
  });

  it('has taken out of it by hand what is overdue too, as many pieces as are wanted', async () => {
    await market.offer('crate');
    await market.stock('crate', 3, 'first');
    for (const key of ['c-1', 'c-2', 'c-3']) await market.reserved(await someone(), 'crate', key);
    expect(await market.stock('crate', -2, 'too-early')).toMatchObject({ available: 0, needed: 2 });
    market.now += hourMs;
    expect(await market.stock('crate', -2, 'out')).toMatchObject({ created: true, stock: { stock: 1 } });
    expect(await market.stockOf('crate')).toBe(0);
    expect(await market.stock('crate', -2, 'too-many')).toMatchObject({ available: 1, needed: 2 });
  });
});
