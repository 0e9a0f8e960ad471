import { canonical, type Json, type Sha256 } from '../../kernel/canonical.ts';
import { type Account, evolve, newAccount } from '../../ledger/rules/account.ts';
import { chainStart, entryView, hashOf } from '../../ledger/rules/chain.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import { total } from '../../ledger/rules/lots.ts';

type AtEntry<Name extends string> = {
  readonly difference: Name;
  readonly driverId: string;
  readonly seq: number;
  readonly entryId: string;
};

/** A contradiction within a driver's entries, or between them and the account. */
export type DriverDifference =
  | { readonly difference: 'account-unreadable'; readonly driverId: string }
  | AtEntry<'entry-unreadable'>
  /** A sequence number is missing, in the middle or at the end. */
  | { readonly difference: 'entry-missing'; readonly driverId: string; readonly seq: number }
  | AtEntry<'entry-twice'>
  | (AtEntry<'entry-beyond-account'> & { readonly accountSeq: number })
  | AtEntry<'chain-broken'>
  | AtEntry<'hash-wrong'>
  | (AtEntry<'points-not-lots'> & { readonly points: number; readonly lots: number; readonly debt: number })
  | (AtEntry<'balance-wrong'> & { readonly balance: number; readonly sum: number })
  | (AtEntry<'counterparty-wrong'> & { readonly counterparty: string })
  /** The entry would make a lot of the account negative. */
  | (AtEntry<'entry-impossible'> & { readonly why: string })
  | {
      readonly difference: 'account-differs';
      readonly driverId: string;
      readonly field: string;
      readonly stored: Json;
      readonly folded: Json;
    };

/** The account folded from the entries checked so far. */
export interface Fold {
  readonly account: Account;
  /** True after an entry that cannot be folded: later entries and the account are not compared. */
  readonly broken: boolean;
}

export interface Checked {
  readonly fold: Fold;
  readonly differences: readonly DriverDifference[];
}

export function startOfFold(driverId: string, sha256: Sha256): Fold {
  return { account: newAccount(driverId, chainStart(driverId, sha256)), broken: false };
}

/** Checks a driver's next entry, in the order of sequence numbers, and adds it to the fold. */
export function checkedEntry(fold: Fold, entry: Entry, sha256: Sha256): Checked {
  if (fold.broken) return { fold, differences: [] };
  const misplaced = placeDifference(fold.account, entry);
  if (misplaced) return { fold: { ...fold, broken: true }, differences: [misplaced] };
  const differences = [
    ...chainDifferences(fold.account, entry, sha256),
    ...sumDifferences(fold.account, entry),
  ];
  if (differences.some(({ difference }) => difference === 'points-not-lots')) {
    return { fold: { ...fold, broken: true }, differences };
  }
  try {
    return { fold: { account: evolve(fold.account, entry), broken: false }, differences };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const impossible = { difference: 'entry-impossible', ...placeOf(entry), why } as const;
    return { fold: { ...fold, broken: true }, differences: [...differences, impossible] };
  }
}

/** Compares the stored account with the fold of all its entries. */
export function accountDifferences(stored: Account, { account, broken }: Fold): DriverDifference[] {
  if (broken) return [];
  const { driverId } = stored;
  if (account.seq < stored.seq) return [{ difference: 'entry-missing', driverId, seq: account.seq + 1 }];
  const storedFields = fieldsOf(stored);
  const foldedFields = fieldsOf(account);
  return Object.keys(foldedFields).flatMap((field): DriverDifference[] => {
    const [one, other] = [storedFields[field] ?? null, foldedFields[field] ?? null];
    if (canonical(one) === canonical(other)) return [];
    return [{ difference: 'account-differs', driverId, field, stored: one, folded: other }];
  });
}

/** An entry with a higher sequence number than the account. */
export function beyondAccount(entry: Entry, accountSeq: number): DriverDifference {
  return { difference: 'entry-beyond-account', ...placeOf(entry), accountSeq };
}

/** The counterparty that an entry of this kind must have. */
export function counterpartyOf(entry: Entry): string {
  switch (entry.kind) {
    case 'award':
    case 'declined':
    case 'pending':
    case 'reversal':
      return `issuance#${entry.platformId}`;
    case 'redemption':
    case 'refund':
      return `reward#${entry.rewardId}`;
    case 'expiry':
      return 'expiry';
    case 'adjustment':
      return 'adjustment';
  }
}

function placeDifference(account: Account, entry: Entry): DriverDifference | undefined {
  if (entry.seq <= account.seq) return { difference: 'entry-twice', ...placeOf(entry) };
  if (entry.seq === account.seq + 1) return undefined;
  return { difference: 'entry-missing', driverId: entry.driverId, seq: account.seq + 1 };
}

function chainDifferences(account: Account, entry: Entry, sha256: Sha256): DriverDifference[] {
  const place = placeOf(entry);
  return [
    ...(entry.prevHash === account.head ? [] : [{ difference: 'chain-broken', ...place } as const]),
    ...(entry.hash === hashOf(entryView(entry), sha256)
      ? []
      : [{ difference: 'hash-wrong', ...place } as const]),
  ];
}

function sumDifferences(account: Account, entry: Entry): DriverDifference[] {
  const place = placeOf(entry);
  const { points, balance, debt, counterparty } = entry;
  const lots = total(entry.lots);
  const sum = account.balance + points;
  return [
    ...(points === lots - debt
      ? []
      : [{ difference: 'points-not-lots', ...place, points, lots, debt } as const]),
    ...(balance === sum ? [] : [{ difference: 'balance-wrong', ...place, balance, sum } as const]),
    ...(counterparty === counterpartyOf(entry)
      ? []
      : [{ difference: 'counterparty-wrong', ...place, counterparty } as const]),
  ];
}

function placeOf({ driverId, seq, entryId }: Entry) {
  return { driverId, seq, entryId };
}

function fieldsOf(account: Account): Record<string, Json> {
  return { ...account } as unknown as Record<string, Json>;
}
