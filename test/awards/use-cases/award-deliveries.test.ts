import { beforeAll, describe, expect, it } from 'vitest';
import { countConflicts } from '../../../shared/awards/store/conflicts.ts';
import { awardDeliveries } from '../../../shared/awards/use-cases/award-deliveries.ts';
import type { Delivery } from '../../../shared/awards/use-cases/deliveries.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { readProfile } from '../../../shared/people/store/profiles.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';
import { intercept } from '../../support/faults.ts';

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
    // The earlier driver's requests are slower.
    const stop = intercept(database, async ({ input }, proceed) => {
      if (JSON.stringify(input).includes('"first-')) await new Promise(done => setTimeout(done, 20));
      return proceed();
    });
    const results = await awardDeliveries({ ...portsAt(database, now), hasTime: () => true }, deliveries);
    stop();
    expect(results.map(({ delivery }) => delivery)).toEqual(expect.arrayContaining(deliveries));
    expect(results.filter(result => 'error' in result)).toEqual([]);
    for (const n of rounds) {
      expect(await readAccount(database, `first-${n}`)).toMatchObject({ account: { seq: 1, balance: 20 } });
      expect(await readAccount(database, `other-${n}`)).toMatchObject({ account: { seq: 0 } });
      expect(await readProfile(database, `other-${n}`)).toBeUndefined();
      expect(await countConflicts(database, `award#rides#e-${n}`)).toBe(1);
    }
  });
});
