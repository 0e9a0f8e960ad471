import type { Database } from '../../dynamo/client.ts';
import { instantOf, monthOf } from '../../kernel/time.ts';
import { type Account, foldCapUse } from '../../ledger/rules/account.ts';
import { wholeHistory } from '../../ledger/store/entries.ts';
import { knowsCapUse, type VolunteerEvent } from '../rules/award.ts';

/**
 * Returns the cap use of all months of the events. It folds months that the account has dropped from its entries.
 *
 * @param events those that ask for caps
 */
export async function capUseFor(
  database: Database,
  account: Account,
  events: readonly Pick<VolunteerEvent, 'occurredAt'>[],
): Promise<Account['capUse']> {
  const dropped = new Set(
    events.filter(event => !knowsCapUse(account, event)).map(event => monthOf(instantOf(event.occurredAt))),
  );
  if (dropped.size === 0) return account.capUse;
  const history = await wholeHistory(database, account.driverId, account.seq);
  if (!history) throw new Error(`the index does not list the whole history of ${account.driverId} yet`);
  const restored = [...dropped].map(month => [month, foldCapUse(history, month)]);
  return { ...account.capUse, ...Object.fromEntries(restored) };
}
