import { scanPage } from '../../dynamo/scan.ts';
import { type StockRecord, StoredStock } from '../../redemptions/contract/redemption-items.ts';
import { adjustmentsOf } from '../../redemptions/store/stock.ts';
import { stockSums } from '../rules/stock-differences.ts';
import { type Findings, mergeFindings, type Phase, type PhaseContext } from './phase.ts';

const rewardsPerPage = 50;

/** Reads the stock of every reward. This runs before the redemptions phase, which needs the time of the read. */
export const stockPhase: Phase = {
  name: 'stock',
  segments: 1,
  page: async (context, segment, from) => {
    const { items, next } = await scanPage(context.database, 'rewards', segment, from, {
      limit: Math.min(rewardsPerPage, context.itemsPerPage),
      consistent: true,
    });
    const readAt = context.now();
    const findings: Findings[] = [];
    for (const item of items) {
      const record = StoredStock.safeParse(item);
      if (record.success) findings.push(await stockOf(context, record.data, readAt));
      else {
        const unreadable = { difference: 'stock-unreadable', rewardId: String(item.rewardId) } as const;
        findings.push({ differences: [unreadable], sums: {}, checked: { rewards: 1 } });
      }
    }
    return { next, findings: mergeFindings(findings) };
  },
};

async function stockOf(
  { database }: PhaseContext,
  { rewardId, stock }: StockRecord,
  readAt: number,
): Promise<Findings> {
  const { adjustments, unreadable } = await adjustmentsOf(database, rewardId);
  const differences = unreadable.map(
    requestNo => ({ difference: 'stock-adjustment-unreadable', rewardId, requestNo }) as const,
  );
  return { differences, sums: stockSums(rewardId, stock, readAt, adjustments), checked: { rewards: 1 } };
}
