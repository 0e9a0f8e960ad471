import { own } from '../../kernel/own.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { type Instant, instantOf, monthOf, toLocalIso } from '../../kernel/time.ts';
import { type Account, available } from '../../ledger/rules/account.ts';
import { type Draft, entryIds, type RedemptionEntry } from '../../ledger/rules/entry.ts';
import { monthsOf, negated, take, unexpired } from '../../ledger/rules/lots.ts';
import type { Discount } from './discount.ts';

/** What points buy. Replaced as a whole by a new version; what is reserved keeps the terms it had. */
export interface RewardTerms {
  readonly rewardId: string;
  readonly version: number;
  readonly name: string;
  readonly kind: 'goods' | 'discount';
  readonly points: number;
  readonly stockTracked: boolean;
  readonly perDriverMonthlyLimit?: number | undefined;
  readonly holdMinutes: number;
  readonly outlets: readonly string[];
  readonly discount?: Discount | undefined;
  readonly subsidyFen?: number | undefined;
  readonly activeFrom?: string | undefined;
  readonly activeTo?: string | undefined;
}

export interface ReserveCommand {
  readonly redemptionId: string;
  readonly terms: RewardTerms;
}

/** Takes a reward's points from the lots that expire first. Stock is a condition on the write and no concern here. */
export function decideReserve(
  account: Account,
  { redemptionId, terms }: ReserveCommand,
  now: Instant,
): [Draft<RedemptionEntry>] | Refusal<'reward-inactive' | 'limit-reached' | 'insufficient-points'> {
  const { rewardId, points } = terms;
  const refusal =
    inactive(terms, now) ?? limitReached(account, terms, now) ?? tooExpensive(account, terms, now);
  if (refusal) return refusal;

  const spendable = unexpired(account.lots, now);
  const { taken, missing } = take(spendable, monthsOf(spendable), points);
  if (missing > 0) throw new Error(`${missing} points were available and are in no lot`);
  return [
    {
      kind: 'redemption',
      entryId: entryIds.redemption(redemptionId),
      redemptionId,
      rewardId,
      points: -points,
      minutes: 0,
      lots: negated(taken),
      debt: 0,
      counterparty: `reward#${rewardId}`,
      reason: null,
      occurredAt: toLocalIso(now),
    },
  ];
}

function inactive(
  { activeFrom, activeTo }: RewardTerms,
  now: Instant,
): Refusal<'reward-inactive'> | undefined {
  const started = activeFrom === undefined || instantOf(activeFrom) <= now;
  const over = activeTo !== undefined && instantOf(activeTo) <= now;
  if (started && !over) return undefined;
  return { refusal: 'reward-inactive', activeFrom: activeFrom ?? null, activeTo: activeTo ?? null };
}

function limitReached(
  account: Account,
  terms: RewardTerms,
  now: Instant,
): Refusal<'limit-reached'> | undefined {
  const { rewardId, perDriverMonthlyLimit: limit } = terms;
  const month = monthOf(now);
  const reserved = own(account.reservations[month] ?? {}, rewardId) ?? 0;
  return limit !== undefined && reserved >= limit ? { refusal: 'limit-reached', limit, month } : undefined;
}

function tooExpensive(
  account: Account,
  { points: needed }: RewardTerms,
  now: Instant,
): Refusal<'insufficient-points'> | undefined {
  const has = available(account, now);
  return has < needed ? { refusal: 'insufficient-points', available: has, needed } : undefined;
}
