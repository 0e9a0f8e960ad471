import { own } from '../../kernel/own.ts';
import { addMonths, dayOf, type Instant, instantOf, type Month, monthOf } from '../../kernel/time.ts';
import type { Entry } from './entry.ts';
import { changed, type Lots, total, unexpired } from './lots.ts';

/** What one month has earned for the ranking. */
export interface Standing {
  readonly score: number;
  readonly minutes: number;
}

/** Points granted in one month: activity → day of the month (`01` to `31`) → points. */
export type CapUse = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Reservations in one month: reward → number. */
export type Reservations = Readonly<Record<string, number>>;

/** All that the rules must know of a driver: a fold of the driver's entries, and nothing personal. */
export interface Account {
  readonly driverId: string;
  /** Number of the last entry; 0 before the first. */
  readonly seq: number;
  /** Hash of the last entry; of the driver's own name before the first. */
  readonly head: string;
  readonly balance: number;
  readonly lots: Lots;
  /** What a reversal could not take from the lots; filled first by what comes in. */
  readonly debt: number;
  readonly minutes: number;
  /** Awarded, less what was reversed. */
  readonly earned: number;
  /** Held for rewards and not given back, whether handed over yet or not. */
  readonly redeemed: number;
  readonly expired: number;
  readonly adjusted: number;
  /** Complete for the months that `keepsStanding` tells; one before those is complete or absent. */
  readonly standings: Readonly<Record<Month, Standing>>;
  /** Complete for the months that `keepsCapUse` tells, and absent for those before. */
  readonly capUse: Readonly<Record<Month, CapUse>>;
  /** Complete for the months that `keepsReservations` tells, and absent for those before. */
  readonly reservations: Readonly<Record<Month, Reservations>>;
  /** The latest month that an entry was recorded in: what is kept and what is dropped hangs on it alone. */
  readonly latestMonth: Month;
}

export function newAccount(driverId: string, head: string): Account {
  return {
    driverId,
    seq: 0,
    head,
    balance: 0,
    lots: {},
    debt: 0,
    minutes: 0,
    earned: 0,
    redeemed: 0,
    expired: 0,
    adjusted: 0,
    standings: {},
    capUse: {},
    reservations: {},
    latestMonth: '0000-01',
  };
}

/** What may be spent now: no expired lot, swept or not, and no debt. Below zero only by debt. */
export function available(account: Account, now: Instant): number {
  return total(unexpired(account.lots, now)) - account.debt;
}

/**
 * Months whose standing can still move: an award comes at most 60 days late and is reversed at most 180 days after
 * the event, so six months back are enough. What is older is folded from the entries where somebody asks for it.
 */
export function keepsStanding(latestMonth: Month, month: Month): boolean {
  return month >= addMonths(latestMonth, -6);
}

/**
 * Months that events ordinarily still arrive for. The account would outgrow one write unit if it kept more; an event
 * of an older month (it lay in a dead-letter queue, say) has its cap use folded from the entries.
 */
export function keepsCapUse(latestMonth: Month, month: Month): boolean {
  return month >= addMonths(latestMonth, -2);
}

/** Last month and this one: a hold lasts no longer than 30 days. Complete for these, and absent for those before. */
export function keepsReservations(latestMonth: Month, month: Month): boolean {
  return addMonths(month, 1) >= latestMonth;
}

/** The account after the entry. Pure, and the only way that an account comes about. */
export function evolve(account: Account, entry: Entry): Account {
  if (entry.seq !== account.seq + 1) throw new Error(`entry ${entry.seq} after ${account.seq}`);
  if (entry.points !== total(entry.lots) - entry.debt) throw new Error(`${entry.entryId} does not add up`);
  const recordedMonth = monthOf(instantOf(entry.recordedAt));
  const latestMonth = recordedMonth > account.latestMonth ? recordedMonth : account.latestMonth;
  return {
    ...account,
    seq: entry.seq,
    head: entry.hash,
    balance: account.balance + entry.points,
    lots: changed(account.lots, entry.lots),
    debt: account.debt + entry.debt,
    minutes: account.minutes + entry.minutes,
    ...sumsAfter(account, entry),
    standings: standingsAfter(account, entry, latestMonth),
    capUse: kept(capUseAfter(account.capUse, entry), month => keepsCapUse(latestMonth, month)),
    reservations: kept(reservationsAfter(account, entry, recordedMonth), month =>
      keepsReservations(latestMonth, month),
    ),
    latestMonth,
  };
}

/** The cap use that the entries of one month add up to; a reversal gives no room back. */
export function foldCapUse(entries: readonly Entry[], month: Month): CapUse {
  return entries.reduce<Readonly<Record<Month, CapUse>>>(capUseAfter, {})[month] ?? {};
}

/** The standing that the entries of one driver add up to in one month. */
export function foldStanding(entries: readonly Entry[], month: Month): Standing {
  return entries
    .filter(entry => rankingMonthOf(entry) === month)
    .reduce((sum, entry) => ({ score: sum.score + entry.points, minutes: sum.minutes + entry.minutes }), {
      score: 0,
      minutes: 0,
    });
}

export function rankingMonthOf(entry: Entry): Month | null {
  return entry.kind === 'award' || entry.kind === 'reversal' ? entry.rankingMonth : null;
}

function sumsAfter(account: Account, { kind, points }: Entry): Partial<Account> {
  switch (kind) {
    case 'award':
    case 'reversal':
      return { earned: account.earned + points };
    case 'redemption':
    case 'refund':
      return { redeemed: account.redeemed - points };
    case 'expiry':
      return { expired: account.expired - points };
    case 'adjustment':
      return { adjusted: account.adjusted + points };
    case 'declined':
    case 'pending':
      return {};
  }
}

/**
 * What moves no standing drops none: standings are copied to an index, and whatever changes them costs a unit more.
 */
function standingsAfter(account: Account, entry: Entry, latestMonth: Month): Account['standings'] {
  const month = rankingMonthOf(entry);
  if (month === null) return account.standings;
  const before = account.standings[month] ?? { score: 0, minutes: 0 };
  const after = { score: before.score + entry.points, minutes: before.minutes + entry.minutes };
  return kept({ ...account.standings, [month]: after }, one => keepsStanding(latestMonth, one));
}

/** Cap use after the entry, of every month that is in hand: nothing is forgotten here. */
export function capUseAfter(capUse: Account['capUse'], entry: Entry): Account['capUse'] {
  if (entry.kind !== 'award' || entry.granted === 0) return capUse;
  const day = dayOf(instantOf(entry.occurredAt));
  const month = day.slice(0, 7);
  const dayOfMonth = day.slice(8);
  const ofMonth = capUse[month] ?? {};
  const ofActivity = own(ofMonth, entry.activity) ?? {};
  const granted = (ofActivity[dayOfMonth] ?? 0) + entry.granted;
  return { ...capUse, [month]: { ...ofMonth, [entry.activity]: { ...ofActivity, [dayOfMonth]: granted } } };
}

function reservationsAfter(account: Account, entry: Entry, recordedMonth: Month): Account['reservations'] {
  if (entry.kind === 'redemption') return counted(account.reservations, recordedMonth, entry.rewardId, 1);
  const returnsTheLimit = entry.kind === 'refund' && entry.cause !== 'returned';
  if (!returnsTheLimit || !account.reservations[entry.reservedMonth]) return account.reservations;
  return counted(account.reservations, entry.reservedMonth, entry.rewardId, -1);
}

function counted(
  all: Account['reservations'],
  month: Month,
  rewardId: string,
  by: number,
): Account['reservations'] {
  const ofMonth = all[month] ?? {};
  return { ...all, [month]: { ...ofMonth, [rewardId]: (own(ofMonth, rewardId) ?? 0) + by } };
}

function kept<T>(byMonth: Readonly<Record<Month, T>>, keeps: (month: Month) => boolean): Record<Month, T> {
  return Object.fromEntries(Object.entries(byMonth).filter(([month]) => keeps(month)));
}
