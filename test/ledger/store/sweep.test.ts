import { beforeAll, describe, expect, it } from 'vitest';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { driversWithLotsBefore, readAccount } from '../../../shared/ledger/store/accounts.ts';
import { expirePoints } from '../../../shared/ledger/use-cases/expire-points.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';

let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

const award = (driverId: string, day: string, at: string) =>
  awardEvents(portsAt(database, at), driverId, [
    received(`${driverId} ${day}`.replace(' ', '-'), { driverId, occurredAt: `${day}T12:00:00+08:00` }),
  ]);
const expire = (driverId: string, at: string) =>
  expirePoints({ database, now: () => instantOf(at) }, driverId);
const listed = async (month: string, driverId: string) => {
  for await (const one of driversWithLotsBefore(database, month)) if (one === driverId) return true;
  return false;
};
const sweepFrom = async (driverId: string) => (await readAccount(database, driverId)).sweepFrom;

describe('an account is where the sweep finds it', () => {
  it('from two months before its first entry on, for events come late', async () => {
    await award('d-new', '2026-03-10', '2026-03-10T13:00:00+08:00');
    expect(await sweepFrom('d-new')).toBe('2026-01');
    expect([await listed('2026-01', 'd-new'), await listed('2026-02', 'd-new')]).toEqual([false, true]);
  });

  it('from an older lot on, where one comes in', async () => {
    await award('d-old', '2026-08-10', '2026-08-10T13:00:00+08:00');
    expect(await sweepFrom('d-old')).toBe('2026-06');
    await award('d-old', '2026-05-10', '2026-08-11T13:00:00+08:00');
    expect(await sweepFrom('d-old')).toBe('2026-05');
    await award('d-old', '2026-07-10', '2026-08-12T13:00:00+08:00');
    expect(await sweepFrom('d-old')).toBe('2026-05');
  });

  it('at its oldest lot, once older ones have expired or it has been looked at in vain', async () => {
    await award('d-swept', '2026-03-10', '2026-03-10T13:00:00+08:00');
    await award('d-swept', '2026-04-10', '2026-04-10T13:00:00+08:00');
    expect(await expire('d-swept', '2026-05-01T00:00:00+08:00')).toBe(0);
    expect(await sweepFrom('d-swept')).toBe('2026-03');
    expect(await expire('d-swept', '2027-04-01T00:00:00+08:00')).toBe(20);
    expect(await sweepFrom('d-swept')).toBe('2026-04');
    expect(await expire('d-swept', '2027-05-01T00:00:00+08:00')).toBe(20);
    expect(await expire('d-swept', '2027-05-01T00:00:00+08:00')).toBe(0);
    expect(await sweepFrom('d-swept')).toBe('2027-03');
  });
});
