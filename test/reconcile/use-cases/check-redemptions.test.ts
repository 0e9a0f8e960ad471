import { beforeEach, describe, expect, it } from 'vitest';
import { readRedemptionItem } from '../../../shared/redemptions/store/redemptions.ts';
import { freshDatabase } from '../../support/database.ts';
import { planting } from '../../support/plant.ts';
import { reconciled } from '../../support/reconciling.ts';
import { Shop } from '../../support/shop.ts';

const night = '2026-03-14T03:30:00+08:00';
const drivers = ['d-1', 'd-2', 'd-3', 'd-4', 'd-5'];

let shop: Shop;
const plant = () => planting(shop.database);
const found = async () => (await reconciled(shop.database, night)).differences;

/** Ten cups, and a redemption in each state: r-1 reserved, r-2 confirmed, r-3 returned, r-4 cancelled, r-5 expired. */
beforeEach(async () => {
  shop = new Shop(await freshDatabase());
  await shop.open(10, drivers);
  for (const number of [1, 2, 3, 4, 5]) await shop.reserve(`d-${number}`, `r-${number}`);
  shop.now = '2026-03-10T13:00:00+08:00';
  await shop.confirm('r-2');
  await shop.confirm('r-3');
  await shop.giveBack('r-3');
  await shop.cancel('r-4');
  shop.now = '2026-03-12T13:00:00+08:00';
  await shop.expire('r-5');
  await shop.stock('second', 5);
});

describe('the check of redemptions, entries, statement lists and stock', () => {
  it('finds no difference in untouched tables', async () => {
    const { differences, view } = await reconciled(shop.database, night);
    expect(differences).toEqual([]);
    expect(view.checked).toMatchObject({ drivers: 5, redemptions: 5, rewards: 1 });
  });

  it('finds no difference with pages of one item', async () => {
    expect((await reconciled(shop.database, night, { itemsPerPage: 1 })).differences).toEqual([]);
  });

  it('finds an unreadable redemption', async () => {
    await plant().change('redemptions', { redemptionId: 'r-1' }, { state: 'gone' });
    expect(await found()).toContainEqual({ difference: 'redemption-unreadable', redemptionId: 'r-1' });
  });

  it('finds a redemption without an entry', async () => {
    await plant().put('redemptions', {
      ...(await redemptionItem('r-1')),
      redemptionId: 'r-6',
    });
    expect(await found()).toEqual([
      {
        difference: 'redemption-without-entry',
        redemptionId: 'r-6',
        state: 'reserved',
        entryId: 'redemption#r-6',
      },
    ]);
  });

  it('reports an unreadable entry and still checks everything else', async () => {
    await plant().change('ledger', { entryId: 'redemption#r-1' }, { points: 'thirty' });
    const { differences, view } = await reconciled(shop.database, night);
    expect(differences).toContainEqual(
      expect.objectContaining({ difference: 'entry-unreadable', entryId: 'redemption#r-1' }),
    );
    expect(differences).toContainEqual({
      difference: 'redemption-without-entry',
      redemptionId: 'r-1',
      state: 'reserved',
      entryId: 'redemption#r-1',
    });
    expect(view.checked).toMatchObject({ redemptions: 5 });
  });

  it.each([{ delta: 'five' }, { recordedAt: 'yesterday' }])(
    'reports an unreadable stock adjustment and still checks everything else: %j',
    async unreadable => {
      await plant().change('stockAdjustments', { rewardId: 'cup', requestNo: 'second' }, unreadable);
      const { differences, view } = await reconciled(shop.database, night);
      expect(differences).toEqual([
        { difference: 'stock-adjustment-unreadable', rewardId: 'cup', requestNo: 'second' },
        { difference: 'stock-differs', rewardId: 'cup', stock: 13, least: 8, most: 8 },
      ]);
      expect(view.checked).toMatchObject({ redemptions: 5, rewards: 1 });
    },
  );

  it('reports a redemption with an invalid time and still checks the next', async () => {
    await plant().change('redemptions', { redemptionId: 'r-2' }, { confirmedAt: 'yesterday' });
    const { differences, view } = await reconciled(shop.database, night);
    expect(differences).toContainEqual({ difference: 'redemption-unreadable', redemptionId: 'r-2' });
    expect(view.checked).toMatchObject({ redemptions: 5 });
  });

  it('finds an entry without a redemption by the sums and the stock', async () => {
    await plant().remove('redemptions', { redemptionId: 'r-1' });
    expect(await found()).toEqual([
      {
        difference: 'reward-differs',
        rewardId: 'cup',
        ledger: { taken: 5, givenBack: 3, points: 60 },
        redemptions: { taken: 4, givenBack: 3, points: 30 },
      },
      { difference: 'stock-differs', rewardId: 'cup', stock: 13, least: 14, most: 14 },
    ]);
  });

  it.each<[string, unknown]>([
    ['points', 31],
    ['driverId', 'd-9'],
    ['lots', { '2026-02': 30 }],
  ])('finds a redemption with other %s than its entry', async (field, value) => {
    await plant().change('redemptions', { redemptionId: 'r-1' }, { [field]: value });
    expect(await found()).toEqual([
      {
        difference: 'redemption-differs',
        redemptionId: 'r-1',
        state: 'reserved',
        entryId: 'redemption#r-1',
        field,
      },
    ]);
  });

  it('finds a refund whose cause contradicts the state', async () => {
    await plant().change('redemptions', { redemptionId: 'r-4' }, { state: 'expired', expiredAt: shop.now });
    expect(await found()).toEqual([
      {
        difference: 'redemption-differs',
        redemptionId: 'r-4',
        state: 'expired',
        entryId: 'refund#r-4',
        field: 'cause',
      },
    ]);
  });

  it('finds a missing refund', async () => {
    const cancelled = { ...(await redemptionItem('r-2')), state: 'cancelled', cancelledAt: shop.now };
    await plant().put('redemptions', { ...cancelled, confirmedKey: undefined });
    expect(await found()).toEqual([
      { difference: 'refund-missing', redemptionId: 'r-2', state: 'cancelled' },
    ]);
  });

  it('finds a refund of points that are still held', async () => {
    const { cancelledAt: _, ...rest } = await redemptionItem('r-4');
    await plant().put('redemptions', { ...rest, state: 'reserved', dueShard: '0', dueAt: '2026#d-4#cup' });
    expect(await found()).toEqual([
      { difference: 'refund-unfounded', redemptionId: 'r-4', state: 'reserved' },
    ]);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['confirmations', 'r-2', { confirmedKey: 'station-east#2026-02' }],
    ['confirmations', 'r-1', { confirmedKey: 'station-east#2026-03' }],
    ['returns', 'r-3', { returnedKey: 'station-west#2026-03' }],
    ['returns', 'r-2', { returnedKey: 'station-east#2026-03' }],
    ['due', 'r-4', { dueShard: '0' }],
  ])('finds a wrong key in the index of %s: %s', async (index, redemptionId, keys) => {
    await plant().change('redemptions', { redemptionId }, keys);
    expect(await found()).toEqual([
      expect.objectContaining({ difference: 'listed-wrongly', redemptionId, index }),
    ]);
  });

  it('finds a stock that differs from pieces put in minus pieces held', async () => {
    await plant().change('rewards', { rewardId: 'cup' }, { stock: 12 });
    expect(await found()).toEqual([
      { difference: 'stock-differs', rewardId: 'cup', stock: 12, least: 13, most: 13 },
    ]);
  });

  it('finds pieces in stock without an adjustment', async () => {
    await plant().remove('stockAdjustments', { rewardId: 'cup', requestNo: 'second' });
    expect(await found()).toEqual([
      { difference: 'stock-differs', rewardId: 'cup', stock: 13, least: 8, most: 8 },
    ]);
  });

  it('finds an invalid stock', async () => {
    await plant().change('rewards', { rewardId: 'cup' }, { stock: -1 });
    expect(await found()).toEqual([{ difference: 'stock-unreadable', rewardId: 'cup' }]);
  });

  it('allows for movements around the time at which the stock is read', async () => {
    shop.now = '2026-03-14T03:29:50+08:00';
    await shop.reserve('d-4', 'r-6');
    await shop.stock('third', -2);
    expect(await found()).toEqual([]);
    await plant().change('rewards', { rewardId: 'cup' }, { stock: 14 });
    expect(await found()).toEqual([
      { difference: 'stock-differs', rewardId: 'cup', stock: 14, least: 10, most: 13 },
    ]);
  });
});

async function redemptionItem(redemptionId: string): Promise<Record<string, unknown>> {
  const item = await readRedemptionItem(shop.database, redemptionId);
  if (!item) throw new Error(`${redemptionId} is missing`);
  return { ...item };
}
