import { beforeAll, describe, expect, it } from 'vitest';
import { countConflicts } from '../../../shared/awards/store/conflicts.ts';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import type { Delivery } from '../../../shared/awards/use-cases/deliveries.ts';
import { workThrough } from '../../../shared/awards/use-cases/work-through.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { readProfile } from '../../../shared/people/store/profiles.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';

const now = '2026-03-10T13:00:00+08:00';
let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

const delivery = (eventId: string, driverId: string): Delivery => {
  const event = received(eventId, { driverId });
  const { platformId, receivedAt } = event;
  return { messageId: 'm-1', platformId, receivedAt, body: {}, event };
};

describe('one name for two drivers in one request', () => {
  it('is the event of the one that stands first, and makes nothing of the other', async () => {
    const rounds = Array.from({ length: 12 }, (_, n) => n);
    const deliveries = rounds.flatMap(n => [
      delivery(`e-${n}`, `first-${n}`),
      delivery(`e-${n}`, `other-${n}`),
    ]);
    // Whoever stands first has the longer way.
    const slowly = async (driverId: string, events: Parameters<typeof awardEvents>[2]) => {
      if (driverId.startsWith('first')) await new Promise(done => setTimeout(done, 20));
      return awardEvents(portsAt(database, now), driverId, events);
    };
    const failed = await workThrough(deliveries, {
      award: slowly,
      hasTime: () => true,
      onOutcome: () => undefined,
      onFailure: error => {
        throw error;
      },
    });
    expect(failed.size).toBe(0);
    for (const n of rounds) {
      expect(await readAccount(database, `first-${n}`)).toMatchObject({ account: { seq: 1, balance: 20 } });
      expect(await readAccount(database, `other-${n}`)).toMatchObject({ account: { seq: 0 } });
      expect(await readProfile(database, `other-${n}`)).toBeUndefined();
      expect(await countConflicts(database, `award#rides#e-${n}`)).toBe(1);
    }
  });
});
