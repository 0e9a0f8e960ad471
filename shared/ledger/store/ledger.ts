import { batchGet } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { type Fragment, type Outcome, transact } from '../../dynamo/transaction.ts';
import type { Month } from '../../kernel/time.ts';
import type { Appended } from '../rules/chain.ts';
import type { Entry } from '../rules/entry.ts';
import { type AccountRecord, emptyRecord, parseAccount, replaceAccount } from './accounts.ts';
import { appendEntry, parseEntry } from './entries.ts';
import { gateKeyFor, monthStillOpen } from './months.ts';

/** The state that a decision about one driver needs, read in one consistent batch. */
export interface Loaded {
  readonly record: AccountRecord;
  /** The requested entries that exist, by entryId. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** The requested months whose ranking is frozen or being frozen. */
  readonly closedMonths: ReadonlySet<Month>;
}

export async function load(
  database: Database,
  driverId: string,
  entryIds: readonly string[] = [],
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

/** All writes of one decision. */
export interface Change<R = never> {
  /** The account as it was read. */
  readonly before: AccountRecord;
  readonly appended: Appended;
  /** Months that must still be open. */
  readonly openMonths?: readonly Month[];
  /** Writes of other stores in the same transaction: stock, the redemption, the audit record. */
  readonly extraWrites?: readonly Fragment<R>[];
}

/** The only way that points change: one transaction, which fails as `stale` if the account has changed since. */
export function commit<R = never>(database: Database, change: Change<R>): Promise<Outcome<R>> {
  const { before, appended, openMonths = [], extraWrites = [] } = change;
  return transact<R>(database, [
    ...appended.entries.map(entry => appendEntry(database, entry)),
    replaceAccount(database, before, appended.account),
    ...openMonths.map(month => monthStillOpen(database, month, appended.account.driverId)),
    ...extraWrites,
  ]);
}
