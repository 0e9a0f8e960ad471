import { beforeEach, describe, expect, it } from 'vitest';
import { foldStanding } from '../../../shared/ledger/rules/account.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { wholeHistory } from '../../../shared/ledger/store/entries.ts';
import { readVersions } from '../../../shared/ranking/use-cases/versions.ts';
import { freshDatabase } from '../../support/database.ts';
import { intercept } from '../../support/faults.ts';
import { City } from '../../support/ranking-city.ts';

const march = '2026-03';
let city: City;

beforeEach(async () => {
  city = new City(await freshDatabase());
});

describe('closing a month', () => {
  it('refuses to close a month until one hour after its end', async () => {
    city.now = '2026-04-01T00:59:59.999+08:00';
    expect(await city.close(march)).toEqual({
      refusal: 'month-not-over',
      month: march,
      closableFrom: '2026-04-01T01:00:00.000+08:00',
    });
    city.now = '2026-04-01T01:00:00+08:00';
    expect(await city.close(march)).toMatchObject({ state: 'closed', version: 1 });
  });

  it('refuses to close while events are pending, unless forced', async () => {
    city.now = '2026-04-03T02:00:00+08:00';
    city.pending = 3;
    expect(await city.close(march)).toEqual({ refusal: 'events-pending', pending: 3 });
    expect(await city.close(march, true)).toMatchObject({ state: 'closed', version: 1 });
  });

  it('gives later awards for the month points but no ranking month', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-04-03T02:00:00+08:00';
    await city.close(march);
    const late = await city.award('d-1', 'late', { occurredAt: '2026-03-20T12:00:00+08:00' });
    expect(late).toMatchObject({ granted: 100, rankingMonth: null });
    await city.refresh();
    expect(await city.ranks(march)).toEqual([[1, 'd-1', 100, 60]]);
    expect(await city.board(march)).toMatchObject({ state: 'closed', version: 1 });
  });

  it('makes one version for repeated and concurrent requests', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-04-03T02:00:00+08:00';
    const outcomes = await Promise.all([city.close(march), city.close(march), city.close(march)]);
    const again = await city.close(march);
    for (const outcome of outcomes) expect(outcome).toEqual(again);
    const versions = await readVersions(city.database, march, {
      after: 0,
      limit: 50,
      visibility: 'everything',
    });
    expect(versions).toMatchObject({ items: [{ version: 1 }], more: false });
  });

  it('keeps the closed version when a refresh that started earlier finishes later', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-04-03T02:00:00+08:00';
    let hasClosed = false;
    const stop = intercept(city.database, async ({ command }, proceed) => {
      if (command.startsWith('TransactWrite') && !hasClosed) {
        hasClosed = true;
        await city.close(march);
      }
      return proceed();
    });
    await city.refresh();
    stop();
    expect(hasClosed).toBe(true);
    expect(await city.board(march)).toMatchObject({ state: 'closed', version: 1, total: 1 });
  });

  it('folds the entries of a month whose standings the accounts no longer keep', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-12-01T12:00:00+08:00';
    await city.award('d-1', 'much-later', { occurredAt: '2026-12-01T12:00:00+08:00' });
    expect((await readAccount(city.database, 'd-1')).account.standings[march]).toBeUndefined();
    await city.close(march);
    expect(await city.ranks(march)).toEqual([[1, 'd-1', 100, 60]]);
  });
});

const duringMarch = { occurredAt: '2026-03-20T12:00:00+08:00', minutes: 10 };

describe('a close that runs concurrently with late awards', () => {
  it('puts each award either into the version or outside of every ranking month, never both and never neither', async () => {
    city.now = '2026-04-03T02:00:00+08:00';
    const drivers = Array.from({ length: 24 }, (_, index) => `d-${index}`);
    await Promise.all(drivers.map(driverId => city.award(driverId, `${driverId}-0`, duringMarch)));
    const late = drivers.flatMap(driverId => [1, 2].map(n => ({ driverId, eventId: `${driverId}-${n}` })));
    const awards = late.map(async ({ driverId, eventId }, index) => {
      await new Promise(resolve => setTimeout(resolve, index * 2));
      return city.award(driverId, eventId, duringMarch);
    });
    await new Promise(resolve => setTimeout(resolve, 40));
    await city.close(march);
    const entries = await Promise.all(awards);

    const withoutMonth = entries.filter(({ rankingMonth }) => rankingMonth === null);
    expect(withoutMonth.length).toBeGreaterThan(0);
    expect(withoutMonth.length).toBeLessThan(entries.length);
    const frozen = new Map((await city.ranks(march)).map(([, driverId, score]) => [driverId, score]));
    for (const driverId of drivers) {
      const { account } = await readAccount(city.database, driverId);
      const history = (await wholeHistory(city.database, driverId, account.seq)) ?? [];
      expect(history).toHaveLength(3);
      expect(frozen.get(driverId)).toBe(foldStanding(history, march).score);
    }
  });
});
