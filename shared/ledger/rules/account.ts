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

/** A driver's current state for the rules: a fold of the driver's entries, without personal data. */
export interface Account {
  readonly driverId: string;
  /** Sequence number of the last entry; 0 before the first. */
  readonly seq: number;
  /** Hash of the last entry; before the first, the hash of the driverId. */
  readonly head: string;
  readonly balance: number;
  readonly lots: Lots;
  /** Points that a reversal could not take from the lots. Incoming points pay it first. */
  readonly debt: number;
  readonly minutes: number;
  /** Points awarded, minus points reversed. */
  readonly earned: number;
  /** Points held or spent for rewards, minus points refunded. */
  readonly redeemed: number;
  readonly expired: number;
  readonly adjusted: number;
  /** Complete for the months for which `keepsStanding` is true. An older month is complete or absent. */
  readonly standings: Readonly<Record<Month, Standing>>;
  /** Complete for the months for which `keepsCapUse` is true; older months are absent. */
  readonly capUse: Readonly<Record<Month, CapUse>>;
  /** Complete for the months for which `keepsReservations` is true; older months are absent. */
  readonly reservations: Readonly<Record<Month, Reservations>>;
  /** The latest month in which an entry was recorded. It alone decides which months the account keeps. */
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

/** Points that can be spent now: the unexpired lots, swept or not, minus the debt. Debt can make it negative. */
export function available(account: Account, now: Instant): number {
  return total(unexpired(account.lots, now)) - account.debt;
}

/**
 * Whether the account keeps the standing of a month. An award comes at most 60 days late and a reversal at most 180
 * days after the event, so six months back are enough. Older standings are folded from the entries on demand.
 */
export function keepsStanding(latestMonth: Month, month: Month): boolean {
  return month >= addMonths(latestMonth, -6);
}

/**
 * Whether the account keeps the cap use of a month. Events normally arrive within these months; with more of them the
 * account would exceed one write unit. For an event of an older month, for example one redriven from the dead-letter
 * queue, the cap use is folded from the entries.
 */
export function keepsCapUse(latestMonth: Month, month: Month): boolean {
  return month >= addMonths(latestMonth, -2);
}

/** Whether the account keeps the reservations of a month: this month and the last, because a hold lasts at most 30 days. */
export function keepsReservations(latestMonth: Month, month: Month): boolean {
  return addMonths(month, 1) >= latestMonth;
}

/** The account after one more entry. Every account is made by this function alone. */
export function evolve(account: Account, entry: Entry): Account {
  if (entry.seq !== account.seq + 1) throw new Error(`entry ${entry.seq} cannot follow entry ${account.seq}`);
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

/** Folds the cap use of one month from entries. A reversal does not free cap again. */
export function foldCapUse(entries: readonly Entry[], month: Month): CapUse {
  return entries.reduce<Readonly<Record<Month, CapUse>>>(capUseAfter, {})[month] ?? {};
}

/** Folds a driver's standing of one month from the driver's entries. */
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
 * An entry that does not change a standing drops no old months either: standings are copied to an index, so each
 * change of them costs one more write unit.
 */
function standingsAfter(account: Account, entry: Entry, latestMonth: Month): Account['standings'] {
  const month = rankingMonthOf(entry);
  if (month === null) return account.standings;
  const before = account.standings[month] ?? { score: 0, minutes: 0 };
  const after = { score: before.score + entry.points, minutes: before.minutes + entry.minutes };
  return kept({ ...account.standings, [month]: after }, one => keepsStanding(latestMonth, one));
}

/** Cap use after one more entry. Unlike `evolve`, it keeps all months. */
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
