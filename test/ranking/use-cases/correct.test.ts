import { beforeEach, describe, expect, it } from 'vitest';
import { readChanges, readVersions } from '../../../shared/ranking/use-cases/versions.ts';
import { freshDatabase } from '../../support/database.ts';
import { City } from '../../support/ranking-city.ts';

const march = '2026-03';
let city: City;

beforeEach(async () => {
  city = new City(await freshDatabase());
});

describe('a correction', () => {
  beforeEach(async () => {
    await city.award('d-1', 'e-1');
    await city.award('d-2', 'e-2', { minutes: 30 });
    await city.award('d-3', 'e-3', { minutes: 20 });
    city.now = '2026-04-03T02:00:00+08:00';
    expect(await city.correct(march, 'early')).toEqual({ refusal: 'not-closed', month: march });
    await city.close(march);
    expect(await city.correct(march, 'early')).toEqual({ refusal: 'not-published', month: march });
    city.now = '2026-04-06T02:00:00+08:00';
    await city.publish(march);
  });

  it('makes a new version with reason, author and changes, and keeps the old version', async () => {
    await city.reverse('e-1');
    await city.award('d-3', 'late', { occurredAt: '2026-03-20T12:00:00+08:00' });
    expect(await city.correct(march, 'attendance')).toMatchObject({ state: 'corrected', version: 2 });
    expect(await city.ranks(march)).toEqual([
      [1, 'd-2', 100, 30],
      [2, 'd-3', 100, 20],
    ]);
    expect(await city.ranks(march, { version: 1 })).toEqual([
      [1, 'd-1', 100, 60],
      [2, 'd-2', 100, 30],
      [3, 'd-3', 100, 20],
    ]);
    const versions = { after: 0, limit: 50, visibility: 'everything' } as const;
    expect(await readVersions(city.database, march, versions)).toMatchObject({
      items: [
        { version: 1, reason: null, author: 'organizer-1', asOf: '2026-04-03T02:00:00.000+08:00' },
        { version: 2, reason: 'attendance', author: 'organizer-1', asOf: '2026-04-06T02:00:00.000+08:00' },
      ],
    });
    const window = { from: 0, limit: 100, visibility: 'everything' } as const;
    const changes = await readChanges(city.database, march, 2, window);
    const amongAll = 'items' in changes ? changes.items.filter(({ scope }) => scope === 'all') : [];
    expect(amongAll.map(({ driverId, before, after }) => [driverId, before?.rank, after?.rank])).toEqual([
      ['d-2', 2, 1],
      ['d-3', 3, 2],
      ['d-1', 1, undefined],
    ]);
    const masked = await readChanges(city.database, march, 2, { ...window, visibility: 'public' });
    expect(JSON.stringify(masked)).not.toContain('d-1');
  });

  it('corrects a corrected month again and keeps every version', async () => {
    await city.reverse('e-1');
    await city.correct(march, 'first');
    await city.reverse('e-2');
    expect(await city.correct(march, 'second')).toMatchObject({ state: 'corrected', version: 3 });
    for (const [version, drivers] of [
      [1, 3],
      [2, 2],
      [3, 1],
    ] as const) {
      expect(await city.ranks(march, { version })).toHaveLength(drivers);
    }
  });
});
