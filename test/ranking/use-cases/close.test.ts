import { beforeEach, describe, expect, it } from 'vitest';
import { foldStanding } from '../../../shared/ledger/rules/account.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { wholeHistory } from '../../../shared/ledger/store/entries.ts';
import { monthKey } from '../../../shared/ranking/store/ranking-months.ts';
import { readChanges, readVersions } from '../../../shared/ranking/use-cases/versions.ts';
import { freshDatabase } from '../../support/database.ts';
import { failNth, faults, intercept } from '../../support/faults.ts';
import { planting } from '../../support/plant.ts';
import { City } from '../../support/ranking-city.ts';

const march = '2026-03';
let city: City;

beforeEach(async () => {
  city = new City(await freshDatabase());
});

describe('an open month', () => {
  it('answers before anything was ever built', async () => {
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

  it('is as the refresh left it, in every scope', async () => {
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

  it('writes no block where nothing has changed, and says all the same that it has looked', async () => {
    await city.award('d-1', 'e-1');
    expect((await city.refresh()).rebuilt).toEqual([march]);
    city.now = '2026-03-10T12:01:00+08:00';
    city.database.meter.reset();
    expect((await city.refresh()).rebuilt).toEqual([]);
    expect(city.database.meter.total().writeUnits).toBeLessThanOrEqual(2);
    expect((await city.board(march)).asOf).toBe('2026-03-10T12:01:00.000+08:00');
  });

  it('is looked at again where somebody who may have read less was quicker', async () => {
    await city.award('d-1', 'e-1');
    await city.refresh();
    await city.award('d-2', 'e-2', { minutes: 30 });
    let isMoved = false;
    const stop = intercept(city.database, async ({ command }, proceed) => {
      if (command.startsWith('TransactWrite') && !isMoved) {
        isMoved = true;
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

  it('goes on taking in late awards after its end, until it is closed', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-04-01T00:30:00+08:00';
    await city.award('d-1', 'late', { occurredAt: '2026-03-31T23:59:59+08:00' });
    await city.award('d-1', 'next', { occurredAt: '2026-04-01T00:00:00+08:00' });
    await city.refresh();
    expect(await city.ranks(march)).toEqual([[1, 'd-1', 200, 120]]);
    expect(await city.ranks('2026-04')).toEqual([[1, 'd-1', 100, 60]]);
  });

  it('has the months of Shanghai, leap day and other offsets included', async () => {
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

describe('closing', () => {
  it('is refused until an hour after the month’s end', async () => {
    city.now = '2026-04-01T00:59:59.999+08:00';
    expect(await city.close(march)).toEqual({
      refusal: 'month-not-over',
      month: march,
      closableFrom: '2026-04-01T01:00:00.000+08:00',
    });
    city.now = '2026-04-01T01:00:00+08:00';
    expect(await city.close(march)).toMatchObject({ state: 'closed', version: 1 });
  });

  it('is refused while events are pending, unless it is forced', async () => {
    city.now = '2026-04-03T02:00:00+08:00';
    city.pending = 3;
    expect(await city.close(march)).toEqual({ refusal: 'events-pending', pending: 3 });
    expect(await city.close(march, true)).toMatchObject({ state: 'closed', version: 1 });
  });

  it('freezes: what arrives later has points and no ranking month', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-04-03T02:00:00+08:00';
    await city.close(march);
    const late = await city.award('d-1', 'late', { occurredAt: '2026-03-20T12:00:00+08:00' });
    expect(late).toMatchObject({ granted: 100, rankingMonth: null });
    await city.refresh();
    expect(await city.ranks(march)).toEqual([[1, 'd-1', 100, 60]]);
    expect(await city.board(march)).toMatchObject({ state: 'closed', version: 1 });
  });

  it('again, or twice at once, is one version', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-04-03T02:00:00+08:00';
    const outcomes = await Promise.all([city.close(march), city.close(march), city.close(march)]);
    const again = await city.close(march);
    for (const outcome of outcomes) expect(outcome).toEqual(again);
    const { items } = (await versions()) as { items: unknown[] };
    expect(items).toHaveLength(1);
  });

  it('is not overtaken by a refresh that began before it', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-04-03T02:00:00+08:00';
    let began = false;
    const stop = intercept(city.database, async ({ command }, proceed) => {
      if (command.startsWith('TransactWrite') && !began) {
        began = true;
        await city.close(march);
      }
      return proceed();
    });
    await city.refresh();
    stop();
    expect(began).toBe(true);
    expect(await city.board(march)).toMatchObject({ state: 'closed', version: 1, total: 1 });
  });

  it('comes to the same version wherever it was broken off before', async () => {
    const shown: unknown[] = [];
    for (let nth = 1; ; nth += 1) {
      const own = new City(await freshDatabase());
      await own.award('d-1', 'e-1');
      await own.award('d-2', 'e-2', { minutes: 61 });
      own.now = '2026-04-03T02:00:00+08:00';
      const broken = failNth(own.database, nth, faults['fails after it was carried out']);
      const outcome = await own.close(march).catch(() => 'broken off');
      broken.stop();
      await own.close(march);
      const { items } = (await versions(own)) as { items: { version: number; sha256: string }[] };
      shown.push(items.map(({ version, sha256 }) => [version, sha256]));
      if (outcome !== 'broken off' && broken.commands.length < nth) break;
    }
    expect(shown.length).toBeGreaterThan(8);
    for (const one of shown) expect(one).toEqual(shown[0]);
  });

  it('is finished by the refresh where whoever began it could not wait', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-04-03T02:00:00+08:00';
    const stop = intercept(city.database, async ({ command }, proceed) => {
      if (command === 'PutItemCommand') throw new DOMException('too long', 'TimeoutError');
      return proceed();
    });
    await expect(city.close(march)).rejects.toThrow('too long');
    stop();
    expect(await city.board(march)).toMatchObject({ state: 'open', version: null });
    const { rebuilt, finished } = await city.refresh();
    expect(rebuilt).not.toContain(march);
    expect(finished).toEqual([]);
    city.now = '2026-04-03T02:02:00+08:00';
    expect((await city.refresh()).finished).toEqual([march]);
    expect(await city.board(march)).toMatchObject({ state: 'closed', version: 1, total: 1 });
  });

  it('that can’t be finished holds back neither the boards of open months nor another closing', async () => {
    await city.award('d-1', 'e-1');
    await city.award('d-2', 'e-2', { occurredAt: '2026-02-20T12:00:00+08:00' });
    city.now = '2026-04-03T02:00:00+08:00';
    const stopWriting = intercept(city.database, async ({ command }, proceed) => {
      if (command === 'PutItemCommand') throw new DOMException('too long', 'TimeoutError');
      return proceed();
    });
    for (const month of ['2026-02', march]) await expect(city.close(month)).rejects.toThrow('too long');
    stopWriting();
    city.now = '2026-04-03T02:02:00+08:00';
    await city.award('d-1', 'e-3', { occurredAt: '2026-04-03T02:00:00+08:00' });
    const stop = misread();
    await expect(city.refresh()).rejects.toThrow('standing of d-1 in 2026-03 differs');
    stop();
    expect(await city.ranks('2026-04')).toEqual([[1, 'd-1', 100, 60]]);
    expect(await city.board('2026-02')).toMatchObject({ state: 'closed', total: 1 });
    expect(await city.board(march)).toMatchObject({ state: 'open' });
  });

  it('refuses to freeze what the entries do not say', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-04-03T02:00:00+08:00';
    const stop = misread();
    await expect(city.close(march)).rejects.toThrow('standing of d-1 in 2026-03 differs');
    stop();
    expect(await city.close(march)).toMatchObject({ version: 1 });
  });

  it('folds the entries of a month that the accounts keep no longer', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-12-01T12:00:00+08:00';
    await city.award('d-1', 'much-later', { occurredAt: '2026-12-01T12:00:00+08:00' });
    expect((await readAccount(city.database, 'd-1')).account.standings[march]).toBeUndefined();
    await city.close(march);
    expect(await city.ranks(march)).toEqual([[1, 'd-1', 100, 60]]);
  });
});

describe('a close that races with late awards', () => {
  it('leaves each in the version or without a ranking month: never neither, never both', async () => {
    city.now = '2026-04-03T02:00:00+08:00';
    const drivers = Array.from({ length: 24 }, (_, index) => `d-${index}`);
    await Promise.all(drivers.map(driverId => city.award(driverId, `${driverId}-0`, march20)));
    const racing = drivers.flatMap(driverId => [1, 2].map(n => ({ driverId, eventId: `${driverId}-${n}` })));
    const awards = racing.map(async ({ driverId, eventId }, index) => {
      await new Promise(resolve => setTimeout(resolve, index * 2));
      return city.award(driverId, eventId, march20);
    });
    await new Promise(resolve => setTimeout(resolve, 40));
    await city.close(march);
    const entries = await Promise.all(awards);

    const closedOut = entries.filter(({ rankingMonth }) => rankingMonth === null);
    expect(closedOut.length).toBeGreaterThan(0);
    expect(closedOut.length).toBeLessThan(entries.length);
    const frozen = new Map((await city.ranks(march)).map(([, driverId, score]) => [driverId, score]));
    for (const driverId of drivers) {
      const { account } = await readAccount(city.database, driverId);
      const history = (await wholeHistory(city.database, driverId, account.seq)) ?? [];
      expect(history).toHaveLength(3);
      expect(frozen.get(driverId)).toBe(foldStanding(history, march).score);
    }
  });
});

const march20 = { occurredAt: '2026-03-20T12:00:00+08:00', minutes: 10 };

describe('publishing', () => {
  it('waits for the close and for 72 hours after it, and happens once', async () => {
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

  it('shows the public what is published, and nothing before', async () => {
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

describe('names', () => {
  it('are masked, by consent, and follow consent in every version', async () => {
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

  it('is a new version with reason, author and the places that changed; the old one stays', async () => {
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
    expect(await versions()).toMatchObject({
      items: [
        { version: 1, reason: null, author: 'organizer-1', asOf: '2026-04-03T02:00:00.000+08:00' },
        { version: 2, reason: 'attendance', author: 'organizer-1', asOf: '2026-04-06T02:00:00.000+08:00' },
      ],
    });
    const window = { from: 0, limit: 100, visibility: 'everything' } as const;
    const changes = await readChanges(city.database, march, 2, window);
    const ofAll = 'items' in changes ? changes.items.filter(({ scope }) => scope === 'all') : [];
    expect(ofAll.map(({ driverId, before, after }) => [driverId, before?.rank, after?.rank])).toEqual([
      ['d-2', 2, 1],
      ['d-3', 3, 2],
      ['d-1', 1, undefined],
    ]);
    const masked = await readChanges(city.database, march, 2, { ...window, visibility: 'public' });
    expect(JSON.stringify(masked)).not.toContain('d-1');
  });

  it('can be corrected again', async () => {
    await city.reverse('e-1');
    await city.correct(march, 'first');
    await city.reverse('e-2');
    expect(await city.correct(march, 'second')).toMatchObject({ state: 'corrected', version: 3 });
    for (const [version, drivers] of [3, 2, 1].entries()) {
      expect(await city.ranks(march, { version: 3 - version })).toHaveLength(version + 1);
      expect(drivers).toBe(3 - version);
    }
  });
});

function versions({ database } = city) {
  return readVersions(database, march, { after: 0, limit: 50, visibility: 'everything' });
}

/** Adds a point to what an account says of March. */
/** From now on accounts say a point more of March than their entries do. */
function misread(): () => void {
  return intercept(city.database, async (sent, proceed) => {
    const result = await proceed();
    const items = (result.output.Items ?? []) as {
      standings?: { [month: string]: { L: { N: string }[] } };
    }[];
    if (sent.command.startsWith('Scan')) for (const item of items) tamper(item.standings);
    return result;
  });
}

function tamper(standings: unknown): void {
  const pair = (standings as { '2026-03'?: number[] } | undefined)?.[march];
  if (pair) pair[0] = (pair[0] ?? 0) + 1;
}
