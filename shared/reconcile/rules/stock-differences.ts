import { type Instant, instantOf, minuteMs } from '../../kernel/time.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import type { Redemption } from '../../redemptions/rules/redemption.ts';
import type { Sums } from './counterparty-differences.ts';

/** A reward's stock is not what was put in less what its open and confirmed redemptions hold. */
export type StockDifference =
  | {
      readonly difference: 'stock-differs';
      readonly rewardId: string;
      readonly stock: number;
      /** What it may be at least and at most; both the same where nothing moved about the time of the reading. */
      readonly least: number;
      readonly most: number;
    }
  | { readonly difference: 'stock-unreadable'; readonly rewardId: string }
  | {
      readonly difference: 'stock-adjustment-unreadable';
      readonly rewardId: string;
      readonly requestNo: string;
    };

/** A number that is known, but for what happened about the time at which it was taken. */
interface Range {
  readonly least: number;
  readonly most: number;
}

/** No function lives longer: what was recorded so long before is in, and what was so long after is not. */
const aroundMs = 15 * minuteMs;

const isSurelyBefore = (at: string, readAt: Instant) => instantOf(at) < readAt - aroundMs;
const mayBeBefore = (at: string, readAt: Instant) => instantOf(at) <= readAt + aroundMs;

/** The stock as it was read, with when that was, and what was put in until then. */
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

/** The piece that a redemption held when its reward's stock was read, surely or possibly. */
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
