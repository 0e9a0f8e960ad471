import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { VolunteerEventBody } from '../../../shared/awards/contract/events.ts';
import { StoredRulebook } from '../../../shared/awards/contract/rulebooks.ts';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import { readReceipt, reverseAward } from '../../../shared/awards/use-cases/receipts.ts';
import { receivedEvent } from '../../../shared/awards/use-cases/received-event.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { freshDatabase } from '../../support/database.ts';

const rulebooks = StoredRulebook.array().parse(
  JSON.parse(readFileSync(new URL('../../data/reference/rulebooks.json', import.meta.url), 'utf8')),
);
const march = instantOf('2026-03-10T12:00:00+08:00');

let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

function event(eventId: string, changes: Partial<VolunteerEventBody> = {}, platformId = 'rides') {
  const body = VolunteerEventBody.parse({
    eventId,
    driverId: 'd-1',
    activity: 'traffic-guidance',
    occurredAt: '2026-03-10T08:00:00+08:00',
    minutes: 90,
    ...changes,
  });
  return receivedEvent(platformId, '2026-03-10T12:00:00.000+08:00', body);
}

const ports = (now = march) => ({ database, rulebooksFor: async () => rulebooks, now: () => now });

describe('the cost of an award', () => {
  it('is 6 write units alone, 3 + 3/b in a batch of one driver, and none for a repeat', async () => {
    await awardEvents(ports(), 'd-1', [event('first')]);
    database.meter.reset();
    await awardEvents(ports(), 'd-1', [event('alone')]);
    expect(database.meter.total().writeUnits).toBe(6);
    database.meter.reset();
    await awardEvents(ports(), 'd-1', [event('b1'), event('b2'), event('b3'), event('b4'), event('b5')]);
    expect(database.meter.total().writeUnits).toBe(5 * 3 + 3);
    database.meter.reset();
    await awardEvents(ports(), 'd-1', [event('alone')]);
    expect(database.meter.total()).toMatchObject({ writeUnits: 0, readUnits: 2, requests: 2 });
  });
});

describe('an activity that is called like what every object has', () => {
  it.each(['constructor', 'toString', '__proto__'])('%s: counts, up to its cap', async code => {
    const named = rulebooks.map(book => ({
      ...book,
      activities: [{ code, name: code, unit: 'event' as const, points: 20, dailyCap: 30 }],
    }));
    const driverId = `d-${code}`;
    const ports = { database, rulebooksFor: async () => named, now: () => march };
    for (const number of [1, 2]) {
      await awardEvents(ports, driverId, [event(`${code}-${number}`, { driverId, activity: code })]);
    }
    const { account } = await readAccount(database, driverId);
    expect(account).toMatchObject({ balance: 30, capUse: { '2026-03': { [code]: { 10: 30 } } } });
  });
});

describe('a batch', () => {
  it('is decided by rulebooks that are complete for the latest of its events', async () => {
    const asked: number[] = [];
    const rulebooksFor = async (occurred: number) => {
      asked.push(occurred);
      return rulebooks;
    };
    const days = ['08', '10', '09'].map(day => ({ occurredAt: `2026-03-${day}T08:00:00+08:00` }));
    const events = days.map((changes, number) =>
      event(`latest-${number}`, { driverId: 'd-latest', ...changes }),
    );
    await awardEvents({ ...ports(), rulebooksFor }, 'd-latest', events);
    expect(asked).toEqual([instantOf('2026-03-10T08:00:00+08:00')]);
  });
});

describe('two workers on one driver', () => {
  it('leave every event recorded once', async () => {
    const all = Array.from({ length: 12 }, (_, n) => event(`race-${n}`, { driverId: 'd-race' }));
    await Promise.all([...all, ...all].map(one => awardEvents(ports(), 'd-race', [one])));
    const { account } = await readAccount(database, 'd-race');
    expect(account.seq).toBe(12);
  });
});

describe('a reversal', () => {
  it('is one entry, however often it is asked for', async () => {
    await awardEvents(ports(), 'd-rev', [event('rev', { driverId: 'd-rev' })]);
    const receipts = await Promise.all(
      [1, 2, 3, 4].map(() => reverseAward(database, () => march, 'rides', 'rev', 'not there')),
    );
    for (const receipt of receipts) expect(receipt).toMatchObject({ status: 'reversed', granted: 30 });
    expect((await readAccount(database, 'd-rev')).account).toMatchObject({
      seq: 2,
      balance: 0,
      minutes: 0,
      debt: 0,
    });
    expect(await readReceipt(database, 'rides', 'rev')).toMatchObject({ status: 'reversed' });
  });
});
