import { type Auditor, audited } from '../../audit/store/audit.ts';
import type { Database } from '../../dynamo/client.ts';
import { retry, retryOnConflict } from '../../dynamo/retry.ts';
import { canonical, type Json } from '../../kernel/canonical.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { type Instant, toLocalIso } from '../../kernel/time.ts';
import type { LedgerPorts } from '../../ledger/use-cases/ports.ts';
import { unknownMerchants } from '../../program/store/merchants.ts';
import type { RewardBody, RewardView, StockView } from '../contract/rewards.ts';
import type { RewardTerms } from '../rules/reserve.ts';
import { overdueHolds } from '../store/due-holds.ts';
import { readTerms, replaceTerms, termsAfter } from '../store/rewards.ts';
import { adjustStock, readAdjustment, readStocks } from '../store/stock.ts';
import { withOverdueStock } from './expire.ts';

const notFound: Refusal<'not-found'> = { refusal: 'not-found' };

/** Puts a reward's terms in force. The same terms again are the same version; what is reserved keeps what it had. */
export async function storeReward(
  database: Database,
  auditor: Auditor,
  rewardId: string,
  body: RewardBody,
): Promise<{ created: boolean; reward: RewardView } | Refusal<'invalid'>> {
  const unknown = await unknownMerchants(database, body.outlets);
  if (unknown.size > 0) return { refusal: 'invalid', errors: unknownOutlets(body.outlets, unknown) };
  return retryOnConflict(`the terms of ${rewardId}`, async () => {
    const before = await readTerms(database, rewardId);
    const after: RewardTerms = { ...body, rewardId, version: (before?.version ?? 0) + 1 };
    if (before && sameTerms(before, after))
      return { created: false, reward: await viewOf(database, before, auditor.at) };
    const change = { action: 'reward.store', subject: rewardId, before: facts(before), after: facts(after) };
    const done = await replaceTerms(database, after, [audited(database, auditor, change)]);
    return done ? { created: !before, reward: await viewOf(database, after, auditor.at) } : retry;
  });
}

function unknownOutlets(outlets: readonly string[], unknown: ReadonlySet<string>) {
  return outlets.flatMap((id, index) =>
    unknown.has(id) ? [{ pointer: `/outlets/${index}`, detail: 'is no merchant and no station' }] : [],
  );
}

function sameTerms(a: RewardTerms, b: RewardTerms): boolean {
  return (
    canonical({ ...a, version: 0 } as unknown as Json) === canonical({ ...b, version: 0 } as unknown as Json)
  );
}

function facts(terms: RewardTerms | undefined): Readonly<Record<string, unknown>> | null {
  return terms ? { ...terms } : null;
}

export async function readReward(
  database: Database,
  rewardId: string,
  now: Instant,
): Promise<RewardView | Refusal<'not-found'>> {
  const terms = await readTerms(database, rewardId);
  return terms ? viewOf(database, terms, now) : notFound;
}

/** Rewards by rewardId, after one where it is given. */
export async function rewardsAfter(
  database: Database,
  limit: number,
  now: Instant,
  afterId?: string,
): Promise<{ rewards: RewardView[]; more: boolean }> {
  const { terms, more } = await termsAfter(database, limit, afterId);
  const stocks = await stocksOf(database, terms, now);
  return { rewards: terms.map(one => rewardView(one, stocks.get(one.rewardId))), more };
}

async function viewOf(database: Database, terms: RewardTerms, now: Instant): Promise<RewardView> {
  return rewardView(terms, (await stocksOf(database, [terms], now)).get(terms.rewardId));
}

function rewardView(terms: RewardTerms, stock = 0): RewardView {
  return { ...(terms as Omit<RewardView, 'stock'>), stock: terms.stockTracked ? stock : null };
}

/** By the clock: what is held past its time can be had again, whether or not anybody has written it down. */
async function stocksOf(
  database: Database,
  rewards: readonly Pick<RewardTerms, 'rewardId' | 'stockTracked'>[],
  now: Instant,
): Promise<ReadonlyMap<string, number>> {
  const rewardIds = rewards.filter(({ stockTracked }) => stockTracked).map(({ rewardId }) => rewardId);
  if (rewardIds.length === 0) return new Map();
  const records = await readStocks(database, rewardIds);
  const stocks = new Map([...records.values()].map(({ rewardId, stock }) => [rewardId, stock]));
  for await (const { rewardId } of overdueHolds(database, now)) {
    const stock = stocks.get(rewardId);
    if (stock !== undefined) stocks.set(rewardId, stock + 1);
  }
  return stocks;
}

export interface StockChange {
  readonly requestNo: string;
  readonly delta: number;
  readonly reason: string;
}

interface StockChanged {
  readonly created: boolean;
  readonly stock: StockView;
}

/** Changes the stock by hand, once for each request number; a repeat answers what is recorded under it. */
export function changeStock(
  ports: LedgerPorts,
  auditor: Auditor,
  rewardId: string,
  change: StockChange,
): Promise<StockChanged | Refusal<'not-found' | 'out-of-stock'>> {
  const once = () => changeStockOnce(ports.database, auditor, rewardId, change);
  return withOverdueStock(ports, rewardId, once);
}

async function changeStockOnce(
  database: Database,
  auditor: Auditor,
  rewardId: string,
  change: StockChange,
): Promise<StockChanged | Refusal<'not-found' | 'out-of-stock'>> {
  const terms = await readTerms(database, rewardId);
  if (!terms) return notFound;
  const stockNow = async () => (await viewOf(database, terms, auditor.at)).stock;
  const adjustment = { rewardId, ...change, recordedAt: toLocalIso(auditor.at) };
  const { delta, requestNo, reason } = change;
  return retryOnConflict(`the stock of ${rewardId}`, async () => {
    const known = await readAdjustment(database, rewardId, requestNo);
    if (known) return { created: false, stock: { ...known, stock: await stockNow() } };
    const stock = (await readStocks(database, [rewardId])).get(rewardId)?.stock ?? 0;
    const before = { stock };
    const after = { stock: stock + delta, requestNo, reason };
    const audit = audited(database, auditor, { action: 'stock.adjust', subject: rewardId, before, after });
    const outcome = await adjustStock(database, adjustment, stock, [audit]);
    if (outcome === 'done') {
      return { created: true, stock: { ...adjustment, stock: await stockNow() } };
    }
    return typeof outcome === 'object' ? outcome : retry;
  });
}
