import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../shared/kernel/digest.ts';
import type { Account } from '../../../shared/ledger/rules/account.ts';
import { chainStart, entryView, hashOf } from '../../../shared/ledger/rules/chain.ts';
import type { Entry } from '../../../shared/ledger/rules/entry.ts';
import {
  accountDifferences,
  beyondAccount,
  checkedEntry,
  counterpartyOf,
  type DriverDifference,
  type Fold,
  startOfFold,
} from '../../../shared/reconcile/rules/driver-differences.ts';
import { event, happens, newDriver, reversal } from '../../support/given.ts';
import { refunding, reserved, reserving } from '../../support/given-redemptions.ts';

const at = '2026-03-20T12:00:00+08:00';
const history = [
  event({ eventId: 'e-1' }),
  event({ eventId: 'e-2' }),
  event({ eventId: 'e-3', minutes: 1 }),
  reserving(at),
  refunding(at, reserved(), 'cancelled'),
  reversal('e-1', at),
];
const driver = () => history.reduce(happens, newDriver());

const entryAt = (seq: number): Entry => {
  const entry = driver().entries[seq - 1];
  if (!entry) throw new Error(`entry ${seq} is missing`);
  return entry;
};
/** A forged entry: changed, with a recomputed hash. */
const forged = (seq: number, changes: Partial<Entry>): Entry => {
  const changed = { ...entryAt(seq), ...changes } as Entry;
  return { ...changed, hash: hashOf(entryView(changed), sha256) };
};

/** Checks the entries in turn and collects the differences. */
function checked(...all: readonly Entry[]): { fold: Fold; differences: DriverDifference[] } {
  return all.reduce<{ fold: Fold; differences: DriverDifference[] }>(
    (previous, entry) => {
      const { fold, differences } = checkedEntry(previous.fold, entry, sha256);
      return { fold, differences: [...previous.differences, ...differences] };
    },
    { fold: startOfFold('d-1', sha256), differences: [] },
  );
}
const withEntry = (seq: number, entry: Entry) => checked(...driver().entries.with(seq - 1, entry));
const placeOf = (seq: number) => ({ driverId: 'd-1', seq, entryId: entryAt(seq).entryId });

describe('the entries of a driver', () => {
  it('folds untouched entries to the account', () => {
    const { account, entries } = driver();
    const { fold, differences } = checked(...entries);
    expect(differences).toEqual([]);
    expect(fold).toEqual({ account, broken: false });
    expect(accountDifferences(account, fold)).toEqual([]);
  });

  it('folds entries that make and repay a debt to the account', () => {
    const owing = [event(), reserving(at, { points: 15 }), reversal('e-1', at), event({ eventId: 'e-2' })];
    const { account, entries } = owing.reduce(happens, newDriver());
    expect(entries.map(({ debt }) => debt)).toEqual([0, 0, 15, -15]);
    const { fold, differences } = checked(...entries);
    expect([differences, fold.account]).toEqual([[], account]);
  });

  it('starts each driver’s chain with the driver’s id', () => {
    expect(startOfFold('d-1', sha256).account.head).toBe(chainStart('d-1', sha256));
    expect(checkedEntry(startOfFold('d-2', sha256), entryAt(1), sha256).differences).toMatchObject([
      { difference: 'chain-broken' },
    ]);
  });

  it('reports a missing entry and skips the checks after it', () => {
    const { fold, differences } = checked(...driver().entries.toSpliced(1, 2));
    expect(differences).toEqual([{ difference: 'entry-missing', driverId: 'd-1', seq: 2 }]);
    expect(fold.broken).toBe(true);
    expect(accountDifferences({ ...driver().account, balance: 1 }, fold)).toEqual([]);
  });

  it('reports a repeated sequence number', () => {
    expect(checked(...driver().entries.slice(0, 2), entryAt(2)).differences).toEqual([
      { difference: 'entry-twice', ...placeOf(2) },
    ]);
    expect(checked(entryAt(1), entryAt(2), forged(1, { seq: 1 })).differences).toMatchObject([
      { difference: 'entry-twice', seq: 1 },
    ]);
  });

  it('reports a wrong hash and a broken link to the previous entry', () => {
    expect(withEntry(6, { ...entryAt(6), reason: 'another' } as Entry).differences).toEqual([
      { difference: 'hash-wrong', ...placeOf(6) },
    ]);
    expect(withEntry(2, forged(2, { reason: 'another' })).differences).toEqual([
      { difference: 'chain-broken', ...placeOf(3) },
    ]);
  });

  it('reports points that differ from lots minus debt', () => {
    const { fold, differences } = withEntry(2, forged(2, { points: 21, balance: 41 }));
    expect(differences).toEqual([
      { difference: 'points-not-lots', ...placeOf(2), points: 21, lots: 20, debt: 0 },
    ]);
    expect(fold.broken).toBe(true);
    const owing = forged(2, { debt: -1 });
    expect(withEntry(2, owing).differences).toEqual([
      { difference: 'points-not-lots', ...placeOf(2), points: 20, lots: 20, debt: -1 },
    ]);
  });

  it('reports a balance that differs from the sum of the points', () => {
    const { fold, differences } = withEntry(6, forged(6, { balance: 19 }));
    expect(differences).toEqual([{ difference: 'balance-wrong', ...placeOf(6), balance: 19, sum: 20 }]);
    expect(fold.broken).toBe(false);
  });

  it('reports a counterparty that does not fit the kind of entry', () => {
    expect(withEntry(6, forged(6, { counterparty: 'issuance#express' })).differences).toEqual([
      { difference: 'counterparty-wrong', ...placeOf(6), counterparty: 'issuance#express' },
    ]);
    expect(driver().entries.map(counterpartyOf)).toEqual([
      'issuance#rides',
      'issuance#rides',
      'issuance#rides',
      'reward#cup',
      'reward#cup',
      'issuance#rides',
    ]);
    const kinds = ['pending', 'expiry', 'adjustment'] as const;
    expect(kinds.map(kind => counterpartyOf({ ...entryAt(1), kind } as Entry))).toEqual([
      'issuance#rides',
      'expiry',
      'adjustment',
    ]);
  });

  it('reports an entry that would make a lot negative', () => {
    const overdrawn = forged(4, { points: -50, lots: { '2026-03': -50 }, balance: -10 });
    const { fold, differences } = withEntry(4, overdrawn);
    expect(differences).toEqual([
      { difference: 'entry-impossible', ...placeOf(4), why: 'lot 2026-03 would become -10' },
    ]);
    expect(fold.broken).toBe(true);
  });
});

describe('an account compared with its entries', () => {
  it.each<[keyof Account, unknown, unknown]>([
    ['balance', 21, 20],
    ['lots', { '2026-03': 19 }, { '2026-03': 20 }],
    ['seq', 5, 6],
    ['minutes', 61, 60],
    ['standings', {}, { '2026-03': { score: 20, minutes: 60 } }],
  ])('reports an account whose %s differs from its entries', (field, stored, folded) => {
    const { account, entries } = driver();
    expect(accountDifferences({ ...account, [field]: stored }, checked(...entries).fold)).toEqual([
      { difference: 'account-differs', driverId: 'd-1', field, stored, folded },
    ]);
  });

  it('reports an account that lacks a field', () => {
    const { account, entries } = driver();
    const { debt: _, ...without } = account;
    expect(accountDifferences(without as Account, checked(...entries).fold)).toEqual([
      { difference: 'account-differs', driverId: 'd-1', field: 'debt', stored: null, folded: 0 },
    ]);
  });

  it('reports an account whose last entry is missing', () => {
    const { account, entries } = driver();
    expect(accountDifferences(account, checked(...entries.slice(0, 5)).fold)).toEqual([
      { difference: 'entry-missing', driverId: 'd-1', seq: 6 },
    ]);
  });

  it('reports an entry beyond the account’s sequence number', () => {
    expect(beyondAccount(entryAt(6), 5)).toEqual({
      difference: 'entry-beyond-account',
      ...placeOf(6),
      accountSeq: 5,
    });
  });
});
