import { beforeAll, describe, expect, it } from 'vitest';
import type { Visibility } from '../../../shared/ranking/use-cases/read.ts';
import { readChanges, readVersions } from '../../../shared/ranking/use-cases/versions.ts';
import { freshDatabase } from '../../support/database.ts';
import { City } from '../../support/ranking-city.ts';

const march = '2026-03';
const visibilities: Visibility[] = ['public', 'masked', 'everything'];
let city: City;

beforeAll(async () => {
  city = new City(await freshDatabase());
  for (const number of [1, 2, 3]) await city.register(`d-${number}`, `王${number}`, true);
  for (const number of [1, 2, 3]) await city.award(`d-${number}`, `e-${number}`, { minutes: number });
  city.now = '2026-04-03T02:00:00+08:00';
  await city.close(march);
});

const versions = (visibility: Visibility, after = 0, limit = 10) =>
  readVersions(city.database, march, { after, limit, visibility });
const changes = (visibility: Visibility, from = 0, limit = 10) =>
  readChanges(city.database, march, 2, { from, limit, visibility });

describe('the versions of a ranking that is not published', () => {
  it('requires a token to list versions and changes', async () => {
    const unauthenticated = { refusal: 'unauthenticated' };
    expect(await versions('public')).toEqual(unauthenticated);
    expect(await changes('public')).toEqual(unauthenticated);
    for (const visibility of ['masked', 'everything'] as const)
      expect(await versions(visibility)).toMatchObject({
        items: [{ version: 1, state: 'closed' }],
        more: false,
      });
    expect(await changes('masked')).toEqual({ refusal: 'not-found' });
  });
});

describe('the versions of a corrected ranking', () => {
  beforeAll(async () => {
    city.now = '2026-04-07T02:00:00+08:00';
    await city.publish(march);
    await city.reverse('e-2');
    await city.correct(march, 'e-2 did not take place');
  });

  it('shows all versions to every caller, and authors to organizers only', async () => {
    for (const visibility of visibilities) {
      const list = await versions(visibility);
      if ('refusal' in list) throw new Error(list.refusal);
      expect(list.items.map(({ version, reason, total }) => [version, reason, total])).toEqual([
        [1, null, 3],
        [2, 'e-2 did not take place', 2],
      ]);
      const authors = list.items.map(item => item.author);
      expect(authors).toEqual(authors.map(() => (visibility === 'everything' ? 'organizer-1' : undefined)));
    }
    expect(await versions('public', 1)).toMatchObject({ items: [{ version: 2 }], more: false });
    expect(await versions('public', 0, 1)).toMatchObject({ items: [{ version: 1 }], more: true });
  });

  it('lists the changes page by page, with driver ids for organizers only', async () => {
    const rows = async (visibility: Visibility, from = 0, limit = 100) => {
      const list = await changes(visibility, from, limit);
      if ('refusal' in list) throw new Error(list.refusal);
      return list;
    };
    const { items, more } = await rows('everything');
    expect(more).toBe(false);
    expect(items.filter(({ scope }) => scope === 'all')).toEqual([
      {
        scope: 'all',
        driverId: 'd-1',
        displayName: '王1',
        before: { rank: 3, score: 100, minutes: 1 },
        after: { rank: 2, score: 100, minutes: 1 },
      },
      {
        scope: 'all',
        driverId: 'd-2',
        displayName: '王2',
        before: { rank: 2, score: 100, minutes: 2 },
        after: null,
      },
    ]);
    const publicItems = (await rows('public')).items;
    expect(publicItems.map(({ displayName }) => displayName)).toEqual(items.map(() => '王**'));
    for (const item of publicItems) expect(item).not.toHaveProperty('driverId');
    const pages = [
      await rows('everything', 0, 3),
      await rows('everything', 3, 3),
      await rows('everything', 6, 3),
    ];
    expect(pages.flatMap(page => page.items)).toEqual(items.slice(0, 9));
    expect(pages.map(page => page.more)).toEqual([0, 3, 6].map(from => from + 3 < items.length));
  });
});

describe('a correction that changes every rank', () => {
  it('lists every change once, by scope and place, across several blocks', async () => {
    const large = new City(await freshDatabase());
    const drivers = Array.from({ length: 106 }, (_, index) => `d-${String(index).padStart(3, '0')}`);
    await Promise.all(drivers.map(driverId => large.register(driverId, '王', true)));
    await Promise.all(drivers.map((driverId, at) => large.award(driverId, `e-${at}`, { minutes: 200 - at })));
    large.now = '2026-04-03T02:00:00+08:00';
    await large.close(march);
    large.now = '2026-04-07T02:00:00+08:00';
    await large.publish(march);
    await large.reverse('e-0');
    await large.correct(march, 'e-0 did not take place');

    const listed: string[] = [];
    for (let more = true; more; ) {
      const window = { from: listed.length, limit: 70, visibility: 'everything' } as const;
      const list = await readChanges(large.database, march, 2, window);
      if ('refusal' in list) throw new Error(list.refusal);
      for (const { scope, driverId, before, after } of list.items)
        listed.push(`${scope} ${driverId} ${before?.rank} ${after?.rank}`);
      more = list.more;
    }
    const moved = drivers.slice(1).map((driverId, at) => `${driverId} ${at + 2} ${at + 1}`);
    const ofScope = [...moved, 'd-000 1 undefined'];
    const scopes = ['all', 'district:xihu', 'occupation:courier', 'platform:rides'];
    expect(listed).toEqual(scopes.flatMap(scope => ofScope.map(change => `${scope} ${change}`)));
  });
});
