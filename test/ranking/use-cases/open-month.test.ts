import { beforeEach, describe, expect, it } from 'vitest';
import { monthKey } from '../../../shared/ranking/store/ranking-months.ts';
import { freshDatabase } from '../../support/database.ts';
import { intercept } from '../../support/faults.ts';
import { planting } from '../../support/plant.ts';
import { City } from '../../support/ranking-city.ts';

const march = '2026-03';
let city: City;

beforeEach(async () => {
  city = new City(await freshDatabase());
});

describe('an open month', () => {
  it('returns an empty board before the first refresh', async () => {
    expect(await city.board(march)).toEqual({
      month: march,
      scope: 'all',
      state: 'open',
      version: null,
      asOf: '2026-03-10T12:00:00.000+08:00',
      total: 0,
      items: [],
    });
  });

  it('shows the standings of the last refresh in every scope', async () => {
    await city.register('d-1', '王师傅', true);
    await city.register('d-2', '李师傅', true, 'donghu');
    await city.award('d-1', 'e-1');
    await city.award('d-2', 'e-2', { minutes: 30 });
    expect(await city.ranks(march)).toEqual([]);
    await city.refresh();
    await city.award('d-2', 'e-3');
    expect(await city.ranks(march)).toEqual([
      [1, 'd-1', 100, 60],
      [2, 'd-2', 100, 30],
    ]);
    expect(await city.ranks(march, { scope: 'district:donghu' })).toEqual([[1, 'd-2', 100, 30]]);
    expect(await city.ranks(march, { scope: 'district:nowhere' })).toEqual([]);
    await city.refresh();
    expect(await city.ranks(march)).toEqual([
      [1, 'd-2', 200, 90],
      [2, 'd-1', 100, 60],
    ]);
  });

  it('updates asOf but writes no blocks when nothing has changed', async () => {
    await city.award('d-1', 'e-1');
    expect((await city.refresh()).rebuilt).toEqual([march]);
    city.now = '2026-03-10T12:01:00+08:00';
    city.database.meter.reset();
    expect((await city.refresh()).rebuilt).toEqual([]);
    expect(city.database.meter.total().writeUnits).toBeLessThanOrEqual(2);
    expect((await city.board(march)).asOf).toBe('2026-03-10T12:01:00.000+08:00');
  });

  it('reads and rebuilds a month again after a conflict with another refresh', async () => {
    await city.award('d-1', 'e-1');
    await city.refresh();
    await city.award('d-2', 'e-2', { minutes: 30 });
    let hasConflicted = false;
    const stop = intercept(city.database, async ({ command }, proceed) => {
      if (command.startsWith('TransactWrite') && !hasConflicted) {
        hasConflicted = true;
        await planting(city.database).change('rankings', monthKey(march), { revision: 99 });
      }
      return proceed();
    });
    expect((await city.refresh()).rebuilt).toEqual([march]);
    stop();
    expect(await city.ranks(march)).toEqual([
      [1, 'd-1', 100, 60],
      [2, 'd-2', 100, 30],
    ]);
  });

  it('includes late awards after the end of a month until it is closed', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-04-01T00:30:00+08:00';
    await city.award('d-1', 'late', { occurredAt: '2026-03-31T23:59:59+08:00' });
    await city.award('d-1', 'next', { occurredAt: '2026-04-01T00:00:00+08:00' });
    await city.refresh();
    expect(await city.ranks(march)).toEqual([[1, 'd-1', 200, 120]]);
    expect(await city.ranks('2026-04')).toEqual([[1, 'd-1', 100, 60]]);
  });

  it('ends a month at midnight in Shanghai, also after a leap day and for times with other offsets', async () => {
    city.now = '2028-03-01T00:10:00+08:00';
    await city.award('d-1', 'leap', { occurredAt: '2028-02-29T23:59:59+08:00' });
    await city.award('d-2', 'first', { occurredAt: '2028-03-01T00:00:00+08:00' });
    await city.award('d-3', 'zulu', { occurredAt: '2028-02-29T15:59:59.999Z' });
    await city.award('d-4', 'zulu-next', { occurredAt: '2028-02-29T16:00:00Z' });
    await city.award('d-5', 'west', { occurredAt: '2028-02-29T08:01:00-08:00' });
    await city.refresh();
    expect((await city.ranks('2028-02')).map(([, driverId]) => driverId)).toEqual(['d-1', 'd-3']);
    expect((await city.ranks('2028-03')).map(([, driverId]) => driverId)).toEqual(['d-2', 'd-4', 'd-5']);
  });
});
