import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { scanPage } from '../../dynamo/scan.ts';
import { sha256 } from '../../kernel/digest.ts';
import { StoredAccount, StoredEntry } from '../../ledger/contract/items.ts';
import type { Account } from '../../ledger/rules/account.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import { readAccountItem } from '../../ledger/store/accounts.ts';
import { historyPage } from '../../ledger/store/entries.ts';
import { counterpartySums } from '../rules/counterparty-differences.ts';
import {
  accountDifferences,
  beyondAccount,
  checkedEntry,
  type DriverDifference,
  startOfFold,
} from '../rules/driver-differences.ts';
import { type StandingChange, standingChange } from '../rules/ranking-differences.ts';
import { heldSums } from '../rules/redemption-differences.ts';
import { addSums } from '../rules/sums.ts';
import { foldedSums } from './check-rankings.ts';
import { type Findings, mergeFindings, type Phase, type PhaseContext, recheckDifferences } from './phase.ts';

/** A page is repeated after a crash and must fit into the remaining time of the invocation, so it is small. */
const driversPerPage = 25;

/** Compares every account with the driver's whole history. */
export const driversPhase: Phase = {
  name: 'drivers',
  segments: 8,
  page: async (context, segment, from) => {
    const { items, next } = await scanPage(context.database, 'accounts', segment, from, {
      limit: Math.min(driversPerPage, context.itemsPerPage),
      consistent: true,
    });
    const findings: Findings[] = [];
    for (const item of items) findings.push(await checkDriver(context, item));
    return { next, findings: mergeFindings(findings) };
  },
};

function checkDriver(context: PhaseContext, read: Item): Promise<Findings> {
  const driverId = String(read.driverId);
  return recheckDifferences(context, async isRecheck => {
    const item = isRecheck ? await readAccountItem(context.database, driverId) : read;
    const account = StoredAccount.safeParse(item);
    if (account.success) return checkHistory(context, account.data);
    return {
      differences: [{ difference: 'account-unreadable', driverId }],
      sums: {},
      checked: { drivers: 1 },
    };
  });
}

/** Keeps one page of the history in memory at a time, and of earlier pages only the changes of standings. */
async function checkHistory(context: PhaseContext, account: Account): Promise<Findings> {
  const { database, cutoff } = context;
  let fold = startOfFold(account.driverId, sha256);
  const found: Findings[] = [];
  const changes: StandingChange[] = [];
  for await (const items of historyOf(database, account.driverId)) {
    const { entries, differences } = parsed(items);
    const known = entries.filter(entry => entry.seq <= account.seq);
    for (const entry of known) {
      const checked = checkedEntry(fold, entry, sha256);
      fold = checked.fold;
      differences.push(...checked.differences);
    }
    const beyond = entries.find(entry => entry.seq > account.seq);
    if (beyond) differences.push(beyondAccount(beyond, account.seq));
    const sums = addSums(
      counterpartySums('drivers', known, cutoff),
      heldSums('heldByEntries', known, cutoff),
    );
    changes.push(...known.flatMap(entry => standingChange(entry) ?? []));
    found.push({ differences, sums, checked: { entries: known.length } });
    if (beyond) break;
  }
  const sums = await foldedSums(context, account.driverId, changes);
  found.push({ differences: accountDifferences(account, fold), sums, checked: { drivers: 1 } });
  return mergeFindings(found);
}

async function* historyOf(database: Database, driverId: string): AsyncGenerator<Item[]> {
  let after: number | null = 0;
  while (after !== null) {
    const page: Awaited<ReturnType<typeof historyPage>> = await historyPage(database, driverId, after);
    yield page.items;
    after = page.nextAfterSeq;
  }
}

function parsed(items: readonly Item[]): { entries: Entry[]; differences: DriverDifference[] } {
  const entries: Entry[] = [];
  const differences: DriverDifference[] = [];
  for (const item of items) {
    const entry = StoredEntry.safeParse(item);
    if (entry.success) entries.push(entry.data);
    else
      differences.push({
        difference: 'entry-unreadable',
        driverId: String(item.driverId),
        seq: Number(item.seq),
        entryId: String(item.entryId),
      });
  }
  return { entries, differences };
}
