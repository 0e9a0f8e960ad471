import { beforeEach, describe, expect, it } from 'vitest';
import { readVersions } from '../../../shared/ranking/use-cases/versions.ts';
import { freshDatabase } from '../../support/database.ts';
import { failNth, faults, intercept } from '../../support/faults.ts';
import { City } from '../../support/ranking-city.ts';

const march = '2026-03';
let city: City;

beforeEach(async () => {
  city = new City(await freshDatabase());
});

describe('a close that fails on the way', () => {
  it('makes the same version after a failure of any request', async () => {
    const versionLists: unknown[] = [];
    for (let nth = 1; ; nth += 1) {
      const interrupted = new City(await freshDatabase());
      await interrupted.award('d-1', 'e-1');
      await interrupted.award('d-2', 'e-2', { minutes: 61 });
      interrupted.now = '2026-04-03T02:00:00+08:00';
      const fault = failNth(interrupted.database, nth, faults['fails after it was carried out']);
      const outcome = await interrupted.close(march).catch(() => 'failed');
      fault.stop();
      await interrupted.close(march);
      const { items } = (await versionsOf(interrupted)) as { items: { version: number; sha256: string }[] };
      versionLists.push(items.map(({ version, sha256 }) => [version, sha256]));
      if (outcome !== 'failed' && fault.commands.length < nth) break;
    }
    expect(versionLists.length).toBeGreaterThan(8);
    for (const list of versionLists) expect(list).toEqual(versionLists[0]);
  });

  it('lets a refresh finish a close a minute after its caller has stopped waiting', async () => {
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

  it('refreshes open months and finishes other closes while one close keeps failing', async () => {
    await city.award('d-1', 'e-1');
    await city.award('d-2', 'e-2', { occurredAt: '2026-02-20T12:00:00+08:00' });
    city.now = '2026-04-03T02:00:00+08:00';
    const stopTimeouts = intercept(city.database, async ({ command }, proceed) => {
      if (command === 'PutItemCommand') throw new DOMException('too long', 'TimeoutError');
      return proceed();
    });
    for (const month of ['2026-02', march]) await expect(city.close(month)).rejects.toThrow('too long');
    stopTimeouts();
    city.now = '2026-04-03T02:02:00+08:00';
    await city.award('d-1', 'e-3', { occurredAt: '2026-04-03T02:00:00+08:00' });
    const stop = addPointToAccountsRead();
    await expect(city.refresh()).rejects.toThrow('standing of d-1 in 2026-03 differs');
    stop();
    expect(await city.ranks('2026-04')).toEqual([[1, 'd-1', 100, 60]]);
    expect(await city.board('2026-02')).toMatchObject({ state: 'closed', total: 1 });
    expect(await city.board(march)).toMatchObject({ state: 'open' });
  });

  it('refuses to freeze an account that contradicts its entries', async () => {
    await city.award('d-1', 'e-1');
    city.now = '2026-04-03T02:00:00+08:00';
    const stop = addPointToAccountsRead();
    await expect(city.close(march)).rejects.toThrow('standing of d-1 in 2026-03 differs');
    stop();
    expect(await city.close(march)).toMatchObject({ version: 1 });
  });
});

function versionsOf({ database }: City) {
  return readVersions(database, march, { after: 0, limit: 50, visibility: 'everything' });
}

/** Adds a point to the March standing of every account that a scan returns. */
function addPointToAccountsRead(): () => void {
  return intercept(city.database, async ({ command }, proceed) => {
    const result = await proceed();
    const items = (result.output.Items ?? []) as { standings?: { [month: string]: number[] } }[];
    for (const { standings } of command.startsWith('Scan') ? items : []) {
      const standing = standings?.[march];
      if (standing) standing[0] = (standing[0] ?? 0) + 1;
    }
    return result;
  });
}
