import { batchGet } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { type Fragment, type Outcome, transact } from '../../dynamo/transaction.ts';
import type { Month } from '../../kernel/time.ts';
import type { Account } from '../rules/account.ts';
import type { Entry } from '../rules/entry.ts';
import { type AccountRecord, emptyRecord, parseAccount, replaceAccount } from './accounts.ts';
import { appendEntry, parseEntry } from './entries.ts';
import { gateKeyFor, monthStillOpen } from './months.ts';

/** What a decision about one driver stands on, all read at once and consistently. */
export interface Loaded {
  readonly record: AccountRecord;
  /** Of the names asked for, those that are taken. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Of the months asked for, those whose ranking is frozen or being frozen. */
  readonly closedMonths: ReadonlySet<Month>;
}

export async function load(
  database: Database,
  driverId: string,
  entryIds: readonly string[],
  months: readonly Month[] = [],
): Promise<Loaded> {
  const found = await batchGet(database, [
    { table: 'accounts', key: { driverId } },
    ...entryIds.map(entryId => ({ table: 'ledger', key: { entryId } })),
    ...months.map(month => ({ table: 'rankings', key: gateKeyFor(month, driverId) })),
  ]);
  const itemsOf = (table: string) => found.filter(one => one.table === table).map(({ item }) => item);
  const [account] = itemsOf('accounts');
  const entries = itemsOf('ledger').map(parseEntry);
  return {
    record: account ? parseAccount(account) : emptyRecord(driverId),
    entries: new Map(entries.map(entry => [entry.entryId, entry])),
    closedMonths: new Set(itemsOf('rankings').map(({ pk }) => String(pk).slice('gate#'.length))),
  };
}

/** All that one decision writes: new entries and the account after them, with what goes with them. */
export interface Change<R = never> {
  readonly before: AccountRecord;
  readonly after: Account;
  readonly entries: readonly Entry[];
  /** Months that must still be open. */
  readonly openMonths?: readonly Month[];
  /** What other stores lend: stock, the redemption itself. */
  readonly besides?: readonly Fragment<R>[];
}

/** The one way in which points change: all of it or nothing, and only if nothing moved since it was read. */
export function commit<R = never>(database: Database, change: Change<R>): Promise<Outcome<R>> {
  const { before, after, entries, openMonths = [], besides = [] } = change;
  return transact<R>(database, [
    ...entries.map(entry => appendEntry(database, entry)),
    replaceAccount(database, before, after),
    ...openMonths.map(month => monthStillOpen(database, month, after.driverId)),
    ...besides,
  ]);
}
