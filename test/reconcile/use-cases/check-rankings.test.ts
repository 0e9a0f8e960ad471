import { beforeEach, describe, expect, it } from 'vitest';
import { instantOf } from '../../../shared/kernel/time.ts';
import type { Entry } from '../../../shared/ledger/rules/entry.ts';
import { wholeHistory } from '../../../shared/ledger/store/entries.ts';
import { rowsPerBlock } from '../../../shared/ranking/rules/ranking-blocks.ts';
import { blockIds, readBlocks } from '../../../shared/ranking/store/ranking-blocks.ts';
import { readAllVersions } from '../../../shared/ranking/store/ranking-months.ts';
import {
  possibleStandings,
  type StandingChange,
} from '../../../shared/reconcile/rules/ranking-differences.ts';
import { freshDatabase } from '../../support/database.ts';
import { planting } from '../../support/plant.ts';
import { City } from '../../support/ranking-city.ts';
import { reconciled } from '../../support/reconciling.ts';

const march = '2026-03';
const closing = '2026-04-03T02:00:00+08:00';
const night = '2026-04-12T03:30:00+08:00';
const drivers = ['d-1', 'd-2', 'd-3'];

let city: City;

/** Three drivers. March is closed; an event is reversed; March is published and corrected. */
beforeEach(async () => {
  city = new City(await freshDatabase());
  for (const driverId of drivers) await city.award(driverId, `${driverId}-a`);
  await city.award('d-1', 'd-1-b');
  city.now = closing;
  await city.close(march);
  city.now = '2026-04-05T12:00:00+08:00';
  await city.reverse('d-1-b');
  city.now = '2026-04-07T12:00:00+08:00';
  await city.publish(march);
  await city.correct(march, 'an event was taken back');
});

describe('the check of frozen rankings against the entries', () => {
  it('finds no difference after reversals and corrections', async () => {
    const { differences, view } = await reconciled(city.database, night);
    expect(differences).toEqual([]);
    expect(view.checked).toMatchObject({ drivers: 3, rankingBlocks: 2 });
  });

  it('finds no difference when an event is reversed just before or just after a version reads it', async () => {
    city.now = '2026-04-07T11:59:59+08:00';
    await city.award('d-2', 'd-2-b', { occurredAt: '2026-04-05T12:00:00+08:00' });
    await city.reverse('d-2-a');
    city.now = '2026-04-07T12:00:00+08:00';
    await city.correct(march, 'another was taken back');
    await city.reverse('d-3-a');
    expect((await reconciled(city.database, night)).differences).toEqual([]);
  });

  it('finds a version with other rows', async () => {
    const { version, build } = await versionOf(1);
    await planting(city.database).put('rankingBlocks', {
      ...(await blockOf(await versionOf(2))),
      blockId: blockIds.byPlace(build, 'all', 0),
    });
    expect((await reconciled(city.database, night)).differences).toEqual([
      {
        difference: 'ranking-differs',
        month: march,
        version,
        frozen: { drivers: 3, score: 300, minutes: 180 },
        folded: { drivers: 3, score: 400, minutes: 240 },
      },
    ]);
  });

  it('reports an unreadable version and still checks the others', async () => {
    const plant = planting(city.database);
    await plant.change('rankings', { pk: `month#${march}`, sk: 'version#000001' }, { asOf: 'in April' });
    await plant.change('accounts', { driverId: 'd-3' }, { earned: 1 });
    const { differences, view } = await reconciled(city.database, night);
    expect(differences).toEqual([
      { difference: 'version-unreadable', month: march, version: 1 },
      expect.objectContaining({ difference: 'account-differs', driverId: 'd-3' }),
    ]);
    expect(view).toMatchObject({ checked: { drivers: 3, rankingBlocks: 1 }, differences: 2 });
  });

  it('finds two swapped drivers although the sums are equal', async () => {
    const { build } = await versionOf(1);
    const plant = planting(city.database);
    const block = await blockOf({ build });
    const text = Buffer.from(block.rows).toString('latin1');
    const swapped = text.replace('d-1', 'd-X').replace('d-2', 'd-1').replace('d-X', 'd-2');
    await plant.put('rankingBlocks', { ...block, rows: Buffer.from(swapped, 'latin1') });
    expect((await reconciled(city.database, night)).differences).toEqual([
      expect.objectContaining({ difference: 'ranking-differs', month: march, version: 1 }),
    ]);
  });

  it('finds a missing block and an unreadable block', async () => {
    const plant = planting(city.database);
    const [first, second] = [await versionOf(1), await versionOf(2)];
    await plant.remove('rankingBlocks', { blockId: blockIds.byPlace(first.build, 'all', 0) });
    await plant.change('rankingBlocks', { blockId: blockIds.byPlace(second.build, 'all', 0) }, { rows: 'x' });
    const { differences } = await reconciled(city.database, night);
    for (const version of [1, 2]) {
      expect(differences).toContainEqual({
        difference: 'ranking-unreadable',
        month: march,
        version,
        block: 0,
      });
      expect(differences).toContainEqual(
        expect.objectContaining({
          difference: 'ranking-differs',
          version,
          frozen: { drivers: 0, score: 0, minutes: 0 },
        }),
      );
    }
  });

  it('finds an entry that was changed in a frozen month', async () => {
    const [entry] = await historyOf('d-2');
    await planting(city.database).put('ledger', { ...entry, minutes: 61 });
    const { differences } = await reconciled(city.database, night);
    expect(differences).toContainEqual(
      expect.objectContaining({ difference: 'ranking-differs', month: march, version: 1 }),
    );
  });
});

describe('the standings that a version may have read', () => {
  const version = { month: march, version: 1, asOf: closing };
  const change = (recordedAt: string, score: number, month = march): StandingChange => ({
    month,
    score,
    minutes: 0,
    recordedAt: instantOf(recordedAt),
  });

  it('allows one standing if no change was recorded around the time of the read', () => {
    const changes = [
      change('2026-03-10T12:00:00+08:00', 100),
      change('2026-03-11T12:00:00+08:00', 50),
      change('2026-03-11T12:00:00+08:00', 7, '2026-02'),
      change('2026-04-04T12:00:00+08:00', -100),
    ];
    expect(possibleStandings(changes, version)).toEqual([{ score: 150, minutes: 0 }]);
  });

  it('allows the standings before and after each change recorded around the time of the read', () => {
    const changes = [
      change('2026-03-10T12:00:00+08:00', 100),
      change('2026-04-03T01:59:59+08:00', -30),
      change('2026-04-03T02:03:00+08:00', -20),
      change('2026-04-03T02:20:00+08:00', -1),
    ];
    expect(possibleStandings(changes, version).map(({ score }) => score)).toEqual([100, 70, 50]);
  });
});

async function versionOf(number: number): Promise<{ version: number; build: string }> {
  const all = await readAllVersions(city.database);
  const found = all.find(({ version }) => version === number)?.stored;
  if (!found) throw new Error(`version ${number} is missing`);
  expect(found.total).toBeLessThan(rowsPerBlock);
  return found;
}

async function blockOf({ build }: { build: string }) {
  const name = blockIds.byPlace(build, 'all', 0);
  const block = (await readBlocks(city.database, [name])).get(name);
  return block as { blockId: string; rows: Uint8Array };
}

async function historyOf(driverId: string): Promise<Entry[]> {
  return (await wholeHistory(city.database, driverId, 1)) ?? [];
}
