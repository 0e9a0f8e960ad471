import { beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../support/database.ts';
import { City } from '../../support/ranking-city.ts';

/** Accounts keep standings for six months. These tests read an unclosed month that is older. */

let city: City;
beforeEach(async () => {
  city = new City(await freshDatabase());
  for (const driverId of ['d-1', 'd-2']) await city.award(driverId, `march-${driverId}`);
});

const march = [
  [1, 'd-1', 100, 60],
  [1, 'd-2', 100, 60],
];

describe('an open month more than half a year back', () => {
  it.each(['2026-10-05T12:00:00+08:00', '2027-04-05T12:00:00+08:00'])(
    'lists all drivers of an old month after the first refresh at %s, also those who earned points since',
    async now => {
      city.now = now;
      await city.award('d-1', 'later', { occurredAt: now });
      await city.refresh();
      expect(await city.ranks('2026-03')).toEqual(march);
      expect(await city.own('2026-03', 'd-1')).toMatchObject({ rank: 1, score: 100, total: 2 });
    },
  );

  it('rebuilds the board of an old month once a day and not more often', async () => {
    await city.refresh();
    city.now = '2026-10-05T12:00:00+08:00';
    expect((await city.refresh()).rebuilt).toContain('2026-03');
    city.now = '2026-10-05T12:01:00+08:00';
    expect((await city.refresh()).rebuilt).toEqual([]);
    city.now = '2026-10-07T12:00:00+08:00';
    expect((await city.refresh()).rebuilt).toContain('2026-03');
    expect(await city.ranks('2026-03')).toEqual(march);
  });
});
