import { batchGet, type Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { scanPage } from '../../dynamo/scan.ts';
import { StoredEntry } from '../../ledger/contract/items.ts';
import { type Entry, entryIds } from '../../ledger/rules/entry.ts';
import { StoredRedemption } from '../../redemptions/contract/redemption-items.ts';
import type { Redemption } from '../../redemptions/rules/redemption.ts';
import { readRedemptionItem } from '../../redemptions/store/redemptions.ts';
import { heldSums, redemptionDifferences, rewardDifferences } from '../rules/redemption-differences.ts';
import { pieceSums, stockDifferences } from '../rules/stock-differences.ts';
import { addSums } from '../rules/sums.ts';
import { type Findings, mergeFindings, type Phase, type PhaseContext, recheckDifferences } from './phase.ts';

const redemptionsPerPage = 25;

/** Compares every redemption with its entries, with the indexes behind the statements, and with the stock. */
export const redemptionsPhase: Phase = {
  name: 'redemptions',
  segments: 8,
  page: async (context, segment, from) => {
    const { items, next } = await scanPage(context.database, 'redemptions', segment, from, {
      limit: Math.min(redemptionsPerPage, context.itemsPerPage),
      consistent: true,
    });
    const entries = await entriesOf(context.database, items.map(idOf));
    const findings: Findings[] = [];
    for (const item of items) findings.push(await checkRedemption(context, item, entries));
    return { next, findings: mergeFindings(findings) };
  },
  conclude: sums => [...rewardDifferences(sums), ...stockDifferences(sums)],
};

type Entries = ReadonlyMap<string, Entry>;

function checkRedemption(context: PhaseContext, read: Item, entriesRead: Entries): Promise<Findings> {
  const redemptionId = idOf(read);
  return recheckDifferences(context, async isRecheck => {
    const item = isRecheck ? await readRedemptionItem(context.database, redemptionId) : read;
    const entries = isRecheck ? await entriesOf(context.database, [redemptionId]) : entriesRead;
    const redemption = StoredRedemption.safeParse(item);
    if (item && redemption.success) return findingsOf(context, redemption.data, item, entries);
    return {
      differences: [{ difference: 'redemption-unreadable', redemptionId }],
      sums: {},
      checked: { redemptions: 1 },
    };
  });
}

function findingsOf(
  { cutoff, sums }: PhaseContext,
  redemption: Redemption,
  item: Item,
  entries: Entries,
): Findings {
  const taken = entries.get(entryIds.redemption(redemption.redemptionId));
  const givenBack = entries.get(entryIds.refund(redemption.redemptionId));
  const keys = {
    dueShard: textOf(item.dueShard),
    confirmedKey: textOf(item.confirmedKey),
    returnedKey: textOf(item.returnedKey),
  };
  return {
    differences: redemptionDifferences({ redemption, taken, givenBack, ...keys }),
    sums: addSums(
      heldSums('heldByRedemptions', [taken, givenBack], cutoff),
      pieceSums(sums, redemption, taken, givenBack),
    ),
    checked: { redemptions: 1 },
  };
}

/** Reads the entries of redemptions. Skips unreadable ones, which the drivers phase reports. */
async function entriesOf(database: Database, redemptionIds: readonly string[]): Promise<Entries> {
  const names = redemptionIds.flatMap(id => [entryIds.redemption(id), entryIds.refund(id)]);
  const found = await batchGet(
    database,
    names.map(entryId => ({ table: 'ledger', key: { entryId } })),
  );
  const entries = found.flatMap(({ item }) => StoredEntry.safeParse(item).data ?? []);
  return new Map(entries.map(entry => [entry.entryId, entry]));
}

function idOf(item: Item): string {
  return String(item.redemptionId);
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
