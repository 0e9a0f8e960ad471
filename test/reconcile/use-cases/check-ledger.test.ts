import { beforeEach, describe, expect, it } from 'vitest';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { entryView, hashOf } from '../../../shared/ledger/rules/chain.ts';
import type { Entry } from '../../../shared/ledger/rules/entry.ts';
import { wholeHistory } from '../../../shared/ledger/store/entries.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';
import { planting } from '../../support/plant.ts';
import { reconciled } from '../../support/reconciling.ts';
import { awardADay } from './award-a-day.ts';

const evening = '2026-03-10T20:00:00+08:00';
const night = '2026-03-11T03:30:00+08:00';

let database: Database;
const plant = () => planting(database);

describe('the check of ledger and accounts', () => {
  beforeEach(async () => {
    database = await freshDatabase();
    await awardADay(database, evening);
  });

  it('finds no difference in untouched tables', async () => {
    const { differences, view } = await reconciled(database, night);
    expect(differences).toEqual([]);
    expect(view).toEqual({
      startedAt: '2026-03-11T03:30:00.000+08:00',
      finishedAt: '2026-03-11T03:30:00.000+08:00',
      checked: { drivers: 5, entries: 16 },
      differences: 0,
      byKind: {},
      first: [],
    });
  });

  it.each<[string, Partial<Record<string, unknown>>]>([
    ['balance', { balance: 4711 }],
    ['lots', { lots: { '2026-03': 4711 } }],
    ['standings', { standings: { '2026-03': [4711, 60] } }],
    ['head', { head: sha256('another') }],
    ['earned', { earned: 1 }],
    ['capUse', { capUse: {} }],
  ])('finds an account with another %s', async (field, change) => {
    await plant().change('accounts', { driverId: 'd-2' }, change);
    const { differences } = await reconciled(database, night);
    expect(differences).toMatchObject([{ difference: 'account-differs', driverId: 'd-2', field }]);
  });

  it('finds an unreadable account', async () => {
    await plant().change('accounts', { driverId: 'd-2' }, { balance: 'many' });
    expect((await reconciled(database, night)).differences).toContainEqual({
      difference: 'account-unreadable',
      driverId: 'd-2',
    });
  });

  it('finds a missing entry in the middle of a history', async () => {
    await plant().remove('ledger', { entryId: 'award#rides#d-2-2' });
    expect((await reconciled(database, night)).differences).toEqual([
      { difference: 'entry-missing', driverId: 'd-2', seq: 2 },
    ]);
  });

  it('finds a missing last entry', async () => {
    await plant().remove('ledger', { entryId: 'award#rides#d-2-3' });
    expect((await reconciled(database, night)).differences).toEqual([
      { difference: 'entry-missing', driverId: 'd-2', seq: 3 },
    ]);
  });

  it('finds an added entry beyond the account', async () => {
    const [last] = (await historyOf('d-2')).slice(-1);
    await plant().put('ledger', { ...last, entryId: 'award#rides#forged', eventId: 'forged', seq: 4 });
    const { differences } = await reconciled(database, night);
    expect(differences).toMatchObject([
      { difference: 'entry-beyond-account', driverId: 'd-2', seq: 4, accountSeq: 3 },
      { difference: 'counterparty-differs', counterparty: 'issuance#rides' },
    ]);
  });

  it('finds two entries with the same number', async () => {
    const [, second] = await historyOf('d-2');
    await plant().put('ledger', { ...second, entryId: 'award#rides#forged', eventId: 'forged' });
    const { differences } = await reconciled(database, night);
    expect(differences).toMatchObject([{ difference: 'entry-twice', driverId: 'd-2', seq: 2 }]);
  });

  it('finds an overwritten entry by its hash', async () => {
    await plant().change(
      'ledger',
      { entryId: 'award#rides#d-2-2' },
      { occurredAt: '2026-03-09T12:00:00+08:00' },
    );
    expect((await reconciled(database, night)).differences).toContainEqual({
      difference: 'hash-wrong',
      driverId: 'd-2',
      seq: 2,
      entryId: 'award#rides#d-2-2',
    });
  });

  it('finds an overwritten entry with a recomputed hash by the broken chain', async () => {
    const [, second] = await historyOf('d-2');
    if (!second) throw new Error('the second entry is missing');
    const forged = { ...second, occurredAt: '2026-03-10T12:00:01+08:00' };
    await plant().put('ledger', { ...forged, hash: hashOf(entryView(forged), sha256) });
    expect((await reconciled(database, night)).differences).toEqual([
      { difference: 'chain-broken', driverId: 'd-2', seq: 3, entryId: 'award#rides#d-2-3' },
    ]);
  });

  it('finds points that differ from lots minus debt', async () => {
    await plant().change('ledger', { entryId: 'award#rides#d-2-3' }, { lots: { '2026-03': 21 } });
    expect((await reconciled(database, night)).differences).toEqual([
      expect.objectContaining({
        difference: 'points-not-lots',
        driverId: 'd-2',
        points: 20,
        lots: 21,
        debt: 0,
      }),
    ]);
  });

  it('finds an entry that takes more from a lot than it holds', async () => {
    const spent = { lots: { '2025-01': -1, '2026-03': 21 } };
    await plant().change('ledger', { entryId: 'award#rides#d-2-3' }, spent);
    expect((await reconciled(database, night)).differences).toMatchObject([
      { difference: 'entry-impossible', driverId: 'd-2', seq: 3 },
    ]);
  });

  it('finds a balance that differs from the sum', async () => {
    await plant().change('ledger', { entryId: 'award#rides#d-2-2' }, { balance: 41 });
    expect((await reconciled(database, night)).differences).toContainEqual(
      expect.objectContaining({ difference: 'balance-wrong', driverId: 'd-2', balance: 41, sum: 40 }),
    );
  });

  it('finds a wrong counterparty', async () => {
    await plant().change('ledger', { entryId: 'award#rides#d-2-2' }, { counterparty: 'issuance#nobody' });
    expect((await reconciled(database, night)).differences).toMatchObject([
      { difference: 'counterparty-wrong', driverId: 'd-2', seq: 2, counterparty: 'issuance#nobody' },
    ]);
  });

  it.each([{ kind: 'gift' }, { recordedAt: 'yesterday' }, { occurredAt: 'yesterday' }])(
    'finds an unreadable entry: %j',
    async unreadable => {
      await plant().change('ledger', { entryId: 'award#rides#d-2-3' }, unreadable);
      expect((await reconciled(database, night)).differences).toMatchObject([
        { difference: 'entry-unreadable', entryId: 'award#rides#d-2-3' },
        { difference: 'entry-missing', driverId: 'd-2', seq: 3 },
        { difference: 'counterparty-differs', counterparty: 'issuance#rides' },
      ]);
    },
  );

  it('finds entries of a driver without an account by the sums', async () => {
    await plant().remove('accounts', { driverId: 'd-2' });
    expect((await reconciled(database, night)).differences).toEqual([
      {
        difference: 'counterparty-differs',
        counterparty: 'issuance#rides',
        ledger: { entries: 16, points: 280 },
        drivers: { entries: 13, points: 220 },
      },
    ]);
  });

  it('checks again before it reports a difference, and skips one that has disappeared', async () => {
    const [, second] = await historyOf('d-2');
    await plant().remove('ledger', { entryId: 'award#rides#d-2-2' });
    const pauseMs = () => plant().put('ledger', { ...second });
    expect((await reconciled(database, night, { pauseMs })).differences).toEqual([]);
  });

  it('finds no difference while awards continue during the run', async () => {
    let more = 0;
    const hasTime = () => {
      more += 1;
      void awardEvents(portsAt(database, night), 'd-3', [received(`late-${more}`, { driverId: 'd-3' })]);
      return true;
    };
    expect((await reconciled(database, night, { hasTime })).differences).toEqual([]);
  });
});

async function historyOf(driverId: string): Promise<readonly Entry[]> {
  const history = await wholeHistory(database, driverId, 3);
  if (!history) throw new Error('the history is incomplete');
  return history;
}
