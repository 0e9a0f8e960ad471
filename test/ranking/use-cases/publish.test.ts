import { beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../support/database.ts';
import { City } from '../../support/ranking-city.ts';

const march = '2026-03';
let city: City;

beforeEach(async () => {
  city = new City(await freshDatabase());
});

describe('publishing a closed month', () => {
  it('refuses to publish until 72 hours after the close and returns the same month for a repeat', async () => {
    expect(await city.publish(march)).toEqual({ refusal: 'not-closed', month: march });
    city.now = '2026-04-03T02:00:00+08:00';
    await city.close(march);
    city.now = '2026-04-06T01:59:59.999+08:00';
    expect(await city.publish(march)).toEqual({
      refusal: 'objection-period',
      publishableFrom: '2026-04-06T02:00:00.000+08:00',
    });
    city.now = '2026-04-06T02:00:00+08:00';
    const published = await city.publish(march);
    expect(published).toMatchObject({ state: 'published', version: 1 });
    city.now = '2026-04-07T02:00:00+08:00';
    expect(await city.publish(march)).toEqual(published);
  });

  it('shows the ranking to callers without a token only once it is published', async () => {
    await city.award('d-1', 'e-1');
    await city.refresh();
    await expect(city.board(march, { visibility: 'public' })).rejects.toThrow('unauthenticated');
    city.now = '2026-04-03T02:00:00+08:00';
    await city.close(march);
    await expect(city.board(march, { visibility: 'public' })).rejects.toThrow('unauthenticated');
    await expect(city.board(march, { visibility: 'public', version: 1 })).rejects.toThrow('unauthenticated');
    city.now = '2026-04-06T02:00:00+08:00';
    await city.publish(march);
    expect((await city.board(march, { visibility: 'public' })).items).toEqual([
      { rank: 1, displayName: '匿名', score: 100, minutes: 60 },
    ]);
  });
});

describe('names on a board', () => {
  it('masks names and applies today’s consent to every version', async () => {
    await city.register('d-1', '王师傅', true);
    await city.register('d-2', '欧阳娜娜', false);
    await city.register('d-3', '𠮷田', true);
    for (const driverId of ['d-1', 'd-2', 'd-3', 'd-4']) await city.award(driverId, `e-${driverId}`);
    city.now = '2026-04-03T02:00:00+08:00';
    await city.close(march);
    const names = async () =>
      (await city.board(march, { visibility: 'masked', version: 1 })).items.map(
        ({ displayName }) => displayName,
      );
    expect(await names()).toEqual(['王**', '匿名', '𠮷**', '匿名']);
    await city.consent('d-1', false);
    await city.consent('d-2', true);
    expect(await names()).toEqual(['匿名', '欧**', '𠮷**', '匿名']);
    expect((await city.board(march)).items.map(({ displayName }) => displayName)).toEqual([
      '王师傅',
      '欧阳娜娜',
      '𠮷田',
      null,
    ]);
  });
});
