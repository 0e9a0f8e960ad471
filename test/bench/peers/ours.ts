import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { toLocalIso } from '../../../shared/kernel/time.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { portsAt, received } from '../../support/events.ts';
import { intercept } from '../../support/faults.ts';
import { Killed, type Peer } from './peer.ts';

/** The platform's own use case behind the same interface. A `report` event is worth 5 points. */
export function asPeer(database: Database): Peer {
  return {
    award: async ({ driverId, name, now, dies }) => {
      const receivedAt = toLocalIso(now);
      const eventId = name.slice(name.indexOf('#') + 1);
      const event = received(eventId, { driverId, activity: 'report', occurredAt: occurred, receivedAt });
      const stop = dies ? killAfterTransaction(database) : undefined;
      try {
        await awardEvents(portsAt(database, receivedAt), driverId, [event]);
      } finally {
        stop?.();
      }
    },
    balanceOf: async driverId => (await readAccount(database, driverId)).account.balance,
  };
}

function killAfterTransaction(database: Database): () => void {
  return intercept(database, async ({ command }, proceed) => {
    const result = await proceed();
    if (command === 'TransactWriteItemsCommand') throw new Killed();
    return result;
  });
}

const occurred = '2026-03-10T12:00:00+08:00';
