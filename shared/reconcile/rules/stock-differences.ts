import { type Instant, instantOf, minuteMs } from '../../kernel/time.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import type { Redemption } from '../../redemptions/rules/redemption.ts';
import type { Sums } from './sums.ts';

/** A reward's stock differs from the pieces put in minus those held by open and confirmed redemptions. */
export type StockDifference =
  | {
      readonly difference: 'stock-differs';
      readonly rewardId: string;
      readonly stock: number;
      /** The possible range. Both are equal unless something changed around the time at which the stock was read. */
      readonly least: number;
      readonly most: number;
    }
  | { readonly difference: 'stock-unreadable'; readonly rewardId: string }
  | {
      readonly difference: 'stock-adjustment-unreadable';
      readonly rewardId: string;
      readonly requestNo: string;
    };

/** Bounds of a number: changes recorded around the time of the stock read may or may not be included. */
interface Range {
  readonly least: number;
  readonly most: number;
}

/** No function runs longer: a change this much older than the read is in the stock, one this much newer is not. */
const uncertainMs = 15 * minuteMs;

const isSurelyBefore = (at: string, readAt: Instant) => instantOf(at) < readAt - uncertainMs;
const mayBeBefore = (at: string, readAt: Instant) => instantOf(at) <= readAt + uncertainMs;

/** The stock that was read, the time of the read, and the range of pieces put in until then. */
export function stockSums(
  rewardId: string,
  stock: number,
  readAt: Instant,
  adjustments: readonly { readonly delta: number; readonly recordedAt: string }[],
): Sums {
  const putIn = adjustments.reduce<Range>(
    ({ least, most }, { delta, recordedAt }) => {
      const sure = isSurelyBefore(recordedAt, readAt) ? delta : 0;
      const possible = mayBeBefore(recordedAt, readAt) ? delta : 0;
      return { least: least + Math.min(sure, possible), most: most + Math.max(sure, possible) };
    },
    { least: 0, most: 0 },
  );
  return { [`stock|${rewardId}`]: [readAt, stock, putIn.least, putIn.most] };
}

/** Whether a redemption certainly (first number) or possibly (second) held a piece when the stock was read. */
export function pieceSums(
  sums: Sums,
  { rewardId, stockTracked }: Redemption,
  taken: Entry | undefined,
  givenBack: Entry | undefined,
): Sums {
  const [readAt] = sums[`stock|${rewardId}`] ?? [];
  if (!stockTracked || !taken || readAt === undefined) return {};
  const wasBack = givenBack && mayBeBefore(givenBack.recordedAt, readAt);
  const wasSurelyBack = givenBack && isSurelyBefore(givenBack.recordedAt, readAt);
  const least = isSurelyBefore(taken.recordedAt, readAt) && !wasBack;
  const most = mayBeBefore(taken.recordedAt, readAt) && !wasSurelyBack;
  return { [`pieces|${rewardId}`]: [Number(least), Number(most)] };
}

/** Compares each reward's stock with the range that adjustments and redemptions allow. */
export function stockDifferences(sums: Sums): StockDifference[] {
  return Object.entries(sums).flatMap(([name, [, stock = 0, putInLeast = 0, putInMost = 0]]) => {
    if (!name.startsWith('stock|')) return [];
    const rewardId = name.slice('stock|'.length);
    const [heldLeast = 0, heldMost = 0] = sums[`pieces|${rewardId}`] ?? [];
    const least = putInLeast - heldMost;
    const most = putInMost - heldLeast;
    return stock >= least && stock <= most
      ? []
      : [{ difference: 'stock-differs' as const, rewardId, stock, least, most }];
  });
}
