import { expect, it } from 'vitest';
import { certificatePage } from '../../../shared/ranking/use-cases/certificates.ts';
import { freshDatabase } from '../../support/database.ts';
import { City } from '../../support/ranking-city.ts';

it('prints a certificate for ranks 1 to 10, for every driver who shares rank 10, and for no one below', async () => {
  const city = new City(await freshDatabase());
  const minutesOf = (place: number) => (place < 10 ? 100 - place : place <= 12 ? 50 : 49);
  for (let place = 1; place <= 14; place += 1) {
    await city.register(`d-${place}`, `第${place}位`, true);
    await city.award(`d-${place}`, `e-${place}`, { minutes: minutesOf(place) });
  }
  city.now = '2026-04-03T02:00:00+08:00';
  await city.close('2026-03');
  const page = await certificatePage(city.ports, { month: '2026-03', scope: 'all' });
  if (typeof page !== 'string') throw new Error(page.refusal);
  const names = [...page.matchAll(/<p class="name">第(\d+)位<\/p>/g)].map(([, place]) => Number(place));
  expect(names.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(page.match(/第 <strong>10<\/strong> 名/g)).toHaveLength(3);
});
