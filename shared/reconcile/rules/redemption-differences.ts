import { canonical } from '../../kernel/canonical.ts';
import { type Instant, instantOf, monthOf } from '../../kernel/time.ts';
import { type Entry, entryIds, type RedemptionEntry, type RefundEntry } from '../../ledger/rules/entry.ts';
import { negated } from '../../ledger/rules/lots.ts';
import { isConfirmed, type Redemption } from '../../redemptions/rules/redemption.ts';
import type { Sums } from './sums.ts';

/** A contradiction between a redemption, its entries and the lists from which statements are made. */
export type RedemptionDifference =
  | { readonly difference: 'redemption-unreadable'; readonly redemptionId: string }
  | (OfRedemption<'redemption-without-entry'> & { readonly entryId: string })
  | (OfRedemption<'redemption-differs'> & { readonly entryId: string; readonly field: string })
  /** The state says that the points were refunded, but the ledger has no refund. */
  | OfRedemption<'refund-missing'>
  /** The ledger has a refund, but the state says that the points are still held. */
  | OfRedemption<'refund-unfounded'>
  /** An index lists it although it must not, does not list it, or lists it under another merchant or month. */
  | (OfRedemption<'listed-wrongly'> & { readonly index: 'due' | 'confirmations' | 'returns' })
  | {
      readonly difference: 'reward-differs';
      readonly rewardId: string;
      readonly ledger: HeldSum;
      readonly redemptions: HeldSum;
    };

type OfRedemption<Name extends string> = {
  readonly difference: Name;
  readonly redemptionId: string;
  readonly state: Redemption['state'];
};

/** What a reward's redemptions hold: number of entries taken and given back, and the points still held. */
export interface HeldSum {
  readonly taken: number;
  readonly givenBack: number;
  readonly points: number;
}

/** A redemption with every record that must agree with it. */
export interface RedemptionRecords {
  readonly redemption: Redemption;
  readonly taken: Entry | undefined;
  readonly givenBack: Entry | undefined;
  /** The keys under which the indexes list the redemption; undefined if an index does not list it. */
  readonly dueShard: string | undefined;
  readonly confirmedKey: string | undefined;
  readonly returnedKey: string | undefined;
}

export function redemptionDifferences(records: RedemptionRecords): RedemptionDifference[] {
  return [...takenDifferences(records), ...givenBackDifferences(records), ...listingDifferences(records)];
}

function takenDifferences({ redemption, taken }: RedemptionRecords): RedemptionDifference[] {
  const { redemptionId, state, driverId, rewardId, points, lots } = redemption;
  const entryId = entryIds.redemption(redemptionId);
  if (taken?.kind !== 'redemption') {
    return [{ difference: 'redemption-without-entry', redemptionId, state, entryId }];
  }
  const expected = { driverId, rewardId, points: -points, lots: negated(lots) };
  return differingFields(taken, expected).map(field => ({
    difference: 'redemption-differs',
    redemptionId,
    state,
    entryId,
    field,
  }));
}

/** Does not compare the lots of a refund, because the refund pays the driver's debt first. */
function givenBackDifferences({ redemption, givenBack }: RedemptionRecords): RedemptionDifference[] {
  const { redemptionId, state, driverId, rewardId, points } = redemption;
  const isHeld = state === 'reserved' || state === 'confirmed';
  if (givenBack?.kind !== 'refund') {
    return isHeld ? [] : [{ difference: 'refund-missing', redemptionId, state }];
  }
  if (isHeld) return [{ difference: 'refund-unfounded', redemptionId, state }];
  const { entryId } = givenBack;
  return differingFields(givenBack, { driverId, rewardId, points, cause: state }).map(field => ({
    difference: 'redemption-differs',
    redemptionId,
    state,
    entryId,
    field,
  }));
}

/** Statements are made from these indexes alone, so a wrong index key makes a wrong statement. */
function listingDifferences(records: RedemptionRecords): RedemptionDifference[] {
  const { redemption, dueShard, confirmedKey, returnedKey } = records;
  const { redemptionId, state } = redemption;
  const keyOf = (at: string) =>
    isConfirmed(redemption) ? `${redemption.merchantId}#${monthOf(instantOf(at))}` : undefined;
  const confirmed = isConfirmed(redemption) ? keyOf(redemption.confirmedAt) : undefined;
  const returned = redemption.state === 'returned' ? keyOf(redemption.returnedAt) : undefined;
  const wrong = (index: 'due' | 'confirmations' | 'returns') =>
    ({ difference: 'listed-wrongly', redemptionId, state, index }) as const;
  return [
    ...((dueShard !== undefined) === (state === 'reserved') ? [] : [wrong('due')]),
    ...(confirmedKey === confirmed ? [] : [wrong('confirmations')]),
    ...(returnedKey === returned ? [] : [wrong('returns')]),
  ];
}

function differingFields<Of extends object>(
  actual: Of,
  expected: { [Name in keyof Of]?: unknown },
): string[] {
  return Object.entries(expected)
    .filter(([name, value]) => canonical(actual[name as keyof Of] as never) !== canonical(value as never))
    .map(([name]) => name);
}

type HeldSide = 'heldByEntries' | 'heldByRedemptions';

/** Sums, by reward, what redemption and refund entries take and give back. Ignores entries after the cutoff. */
export function heldSums(side: HeldSide, entries: readonly (Entry | undefined)[], cutoff: Instant): Sums {
  const sums: Record<string, number[]> = {};
  for (const entry of entries) {
    if (!isOfRedemption(entry) || instantOf(entry.recordedAt) > cutoff) continue;
    const name = `${side}|${entry.rewardId}`;
    const [taken = 0, givenBack = 0, points = 0] = sums[name] ?? [];
    const isTaken = entry.kind === 'redemption';
    sums[name] = [taken + Number(isTaken), givenBack + Number(!isTaken), points - entry.points];
  }
  return sums;
}

/** Finds entries without a redemption. The other direction is compared redemption by redemption. */
export function rewardDifferences(sums: Sums): RedemptionDifference[] {
  const names = Object.keys(sums).filter(name => /^heldBy(Entries|Redemptions)\|/.test(name));
  const rewardIds = new Set(names.map(name => name.slice(name.indexOf('|') + 1)));
  return [...rewardIds].sort().flatMap((rewardId): RedemptionDifference[] => {
    const ledger = sumOf(sums[`heldByEntries|${rewardId}`]);
    const redemptions = sumOf(sums[`heldByRedemptions|${rewardId}`]);
    if (canonical({ ...ledger }) === canonical({ ...redemptions })) return [];
    return [{ difference: 'reward-differs', rewardId, ledger, redemptions }];
  });
}

function sumOf([taken = 0, givenBack = 0, points = 0]: readonly number[] = []): HeldSum {
  return { taken, givenBack, points };
}

function isOfRedemption(entry: Entry | undefined): entry is RedemptionEntry | RefundEntry {
  return entry?.kind === 'redemption' || entry?.kind === 'refund';
}
