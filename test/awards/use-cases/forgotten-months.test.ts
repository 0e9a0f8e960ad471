import { beforeAll, describe, expect, it } from 'vitest';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { foldCapUse } from '../../../shared/ledger/rules/account.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { wholeHistory } from '../../../shared/ledger/store/entries.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';

/**
 * The account keeps cap use for three months. An event of 31 January that came in on 1 April, in time, or any that
 * lay in a dead-letter queue, belongs to a month that it does not keep.
 */
let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

const january = {
  occurredAt: '2026-01-31T12:00:00+08:00',
  receivedAt: '2026-04-01T00:30:00+08:00',
  minutes: 180,
};
const april = '2026-04-01T00:30:00+08:00';

async function grantedOn(driverId: string, day: string): Promise<number | undefined> {
  const { account } = await readAccount(database, driverId);
  const history = await wholeHistory(database, driverId, account.seq);
  return foldCapUse(history ?? [], day.slice(0, 7)).guidance?.[day.slice(8)];
}

describe('the daily cap of a month that the account keeps no longer', () => {
  it('holds within one batch of a new driver', async () => {
    const events = ['a', 'b', 'c'].map(name => received(`new-${name}`, { ...january, driverId: 'd-new' }));
    const outcomes = await awardEvents(portsAt(database, april), 'd-new', events);
    expect(outcomes.map(one => one.what === 'recorded' && one.entry.granted)).toEqual([60, 20, 0]);
  });

  it('holds where the batch itself is what makes the account forget', async () => {
    const driverId = 'd-turn';
    await awardEvents(portsAt(database, '2026-01-31T13:00:00+08:00'), driverId, [
      received('turn-1', { driverId, occurredAt: '2026-01-31T11:00:00+08:00', minutes: 60 }),
    ]);
    await awardEvents(portsAt(database, april), driverId, [
      received('turn-2', { ...january, driverId }),
      received('turn-3', { ...january, driverId }),
    ]);
    expect(await grantedOn(driverId, '2026-01-31')).toBe(80);
  });

  it('is folded from the history, in a batch and alone', async () => {
    const driverId = 'd-old';
    await awardEvents(portsAt(database, april), driverId, [
      received('old-0', { driverId, ...january, minutes: 60 }),
    ]);
    expect((await readAccount(database, driverId)).account.capUse).toEqual({});
    await awardEvents(portsAt(database, april), driverId, [
      received('old-1', { driverId, ...january, minutes: 120 }),
      received('old-2', { driverId, ...january }),
      received('old-3', { driverId, occurredAt: april, minutes: 60 }),
    ]);
    await awardEvents(portsAt(database, april), driverId, [received('old-4', { driverId, ...january })]);
    expect(await grantedOn(driverId, '2026-01-31')).toBe(80);
    const { account } = await readAccount(database, driverId);
    expect(account).toMatchObject({ balance: 100, capUse: { '2026-04': { guidance: { '01': 20 } } } });
    expect(account.capUse).not.toHaveProperty('2026-01');
  });
});

describe('the history of a driver', () => {
  /** Requests to the ledger that one event of a forgotten month takes: its name, the entry, and the history if that is read. */
  async function requestsFor(driverId: string, changes: Parameters<typeof received>[1]) {
    await awardEvents(portsAt(database, april), driverId, [
      received(`${driverId}-0`, { driverId, occurredAt: april }),
    ]);
    database.meter.reset();
    const [outcome] = await awardEvents(portsAt(database, april), driverId, [
      received(`${driverId}-1`, { ...january, driverId, ...changes }),
    ]);
    const reason = outcome?.what === 'recorded' && outcome.entry.reason;
    return [reason, database.meter.byTable().get(database.tableName('ledger'))?.requests];
  }

  it('is read for what asks the caps', async () => {
    expect(await requestsFor('d-asks', {})).toEqual([null, 3]);
  });

  it.each([
    ['no-rulebook', { occurredAt: '2024-12-31T12:00:00+08:00' }],
    ['activity-unknown', { activity: 'singing' }],
    ['too-late', { occurredAt: '2026-01-30T12:00:00+08:00' }],
    ['minutes-missing', { minutes: undefined }],
    ['below-minimum', { minutes: 1 }],
  ])('is not read for what is declined: %s', async (reason, changes) => {
    expect(await requestsFor(`d-${reason}`, changes)).toEqual([reason, 2]);
  });
});
