import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import { reverseAward } from '../../../shared/awards/use-cases/receipts.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { portsAt, received } from '../../support/events.ts';

const drivers = ['d-1', 'd-2', 'd-3', 'd-4', 'd-5'];

/** Five drivers with three awards each; the first driver's second award is reversed. */
export async function awardADay(database: Database, at: string): Promise<void> {
  for (const driverId of drivers) {
    for (const number of [1, 2, 3]) {
      await awardEvents(portsAt(database, at), driverId, [received(`${driverId}-${number}`, { driverId })]);
    }
  }
  await reverseAward(database, () => instantOf(at), 'rides', 'd-1-2', 'was not there');
}
