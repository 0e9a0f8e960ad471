import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../shared/kernel/time.ts';
import type { Entry, RedemptionEntry, RefundEntry } from '../../../shared/ledger/rules/entry.ts';
import {
  heldSums,
  type RedemptionRecords,
  redemptionDifferences,
  rewardDifferences,
} from '../../../shared/reconcile/rules/redemption-differences.ts';
import { addSums } from '../../../shared/reconcile/rules/sums.ts';
import type { Redemption } from '../../../shared/redemptions/rules/redemption.ts';
import { cancelled, confirmed, expired, reserved, returned } from '../../support/given-redemptions.ts';

const at = '2026-03-20T12:00:00+08:00';
const recorded = {
  driverId: 'd-1',
  redemptionId: 'r-1',
  rewardId: 'cup',
  minutes: 0,
  balance: 0,
  debt: 0,
  counterparty: 'reward#cup',
  reason: null,
  occurredAt: at,
  recordedAt: at,
  prevHash: '',
  hash: '',
};
const taken: RedemptionEntry = {
  ...recorded,
  kind: 'redemption',
  entryId: 'redemption#r-1',
  seq: 1,
  points: -30,
  lots: { '2026-03': -30 },
};
const refunded = (cause: RefundEntry['cause']): RefundEntry => ({
  ...recorded,
  kind: 'refund',
  entryId: 'refund#r-1',
  seq: 2,
  points: 30,
  lots: { '2026-03': 30 },
  cause,
  reservedMonth: '2026-03',
});
const givenBack = refunded('cancelled');

const east = 'station-east#2026-03';
/** Each state as it should stand in the books. */
const held: RedemptionRecords = {
  redemption: reserved(),
  taken,
  givenBack: undefined,
  dueShard: '0',
  confirmedKey: undefined,
  returnedKey: undefined,
};
const used: RedemptionRecords = { ...held, redemption: confirmed(), dueShard: undefined, confirmedKey: east };
const back: RedemptionRecords = {
  ...used,
  redemption: returned(),
  givenBack: refunded('returned'),
  returnedKey: east,
};
const over = (redemption: Redemption): RedemptionRecords => ({
  ...held,
  redemption,
  dueShard: undefined,
  givenBack: refunded(redemption.state as RefundEntry['cause']),
});
const of = (state: Redemption['state']) => ({ redemptionId: 'r-1', state });

describe('a redemption and its entries', () => {
  it('agree in each state', () => {
    for (const books of [held, used, back, over(cancelled()), over(expired())])
      expect(redemptionDifferences(books)).toEqual([]);
  });

  it('differ where no entry has taken its points', () => {
    for (const wrong of [undefined, givenBack])
      expect(redemptionDifferences({ ...held, taken: wrong })).toEqual([
        { difference: 'redemption-without-entry', ...of('reserved'), entryId: 'redemption#r-1' },
      ]);
  });

  it.each([
    ['driverId', { driverId: 'd-2' }],
    ['rewardId', { rewardId: 'umbrella' }],
    ['points', { points: 31 }],
    ['lots', { lots: { '2026-02': 30 } }],
  ])('differ in %s', (field, changes) => {
    expect(redemptionDifferences({ ...held, redemption: reserved(changes) })).toEqual([
      { difference: 'redemption-differs', ...of('reserved'), entryId: 'redemption#r-1', field },
    ]);
  });

  it('differ where it has ended and nothing was given back', () => {
    for (const books of [back, over(cancelled()), over(expired())])
      for (const wrong of [undefined, taken])
        expect(redemptionDifferences({ ...books, givenBack: wrong })).toEqual([
          { difference: 'refund-missing', ...of(books.redemption.state) },
        ]);
  });

  it('differ where something was given back and it is held still', () => {
    for (const books of [held, used])
      expect(redemptionDifferences({ ...books, givenBack })).toEqual([
        { difference: 'refund-unfounded', ...of(books.redemption.state) },
      ]);
  });

  it.each([
    ['driverId', { driverId: 'd-2' }],
    ['rewardId', { rewardId: 'umbrella' }],
    ['points', { points: 29 }],
    ['cause', { cause: 'expired' }],
  ])('differ in %s of what was given back', (field, changes) => {
    const books = { ...over(cancelled()), givenBack: { ...givenBack, ...changes } as Entry };
    expect(redemptionDifferences(books)).toEqual([
      { difference: 'redemption-differs', ...of('cancelled'), entryId: 'refund#r-1', field },
    ]);
  });
});

describe('the lists that a redemption stands in', () => {
  const wrong = (books: RedemptionRecords, index: string) => [
    { difference: 'listed-wrongly', ...of(books.redemption.state), index },
  ];

  it('are that of the holds while it is reserved, and then no more', () => {
    expect(redemptionDifferences({ ...held, dueShard: undefined })).toEqual(wrong(held, 'due'));
    expect(redemptionDifferences({ ...used, dueShard: '0' })).toEqual(wrong(used, 'due'));
  });

  it('are those of the merchant’s months, by the local time of each step', () => {
    expect(redemptionDifferences({ ...used, confirmedKey: undefined })).toEqual(wrong(used, 'confirmations'));
    expect(redemptionDifferences({ ...held, confirmedKey: east })).toEqual(wrong(held, 'confirmations'));
    expect(redemptionDifferences({ ...back, returnedKey: undefined })).toEqual(wrong(back, 'returns'));
    expect(redemptionDifferences({ ...used, returnedKey: east })).toEqual(wrong(used, 'returns'));
    const night = returned({
      confirmedAt: '2026-03-31T23:59:59.999+08:00',
      returnedAt: '2026-03-31T16:00:00.000Z',
    });
    const april = 'station-east#2026-04';
    expect(redemptionDifferences({ ...back, redemption: night, returnedKey: april })).toEqual([]);
    expect(redemptionDifferences({ ...back, redemption: night })).toEqual(wrong(back, 'returns'));
    const elsewhere = { ...used, confirmedKey: 'shop-west#2026-03' };
    expect(redemptionDifferences(elsewhere)).toEqual(wrong(used, 'confirmations'));
  });
});

describe('what a reward’s redemptions hold', () => {
  const cutoff = instantOf(at);
  const both = () =>
    addSums(
      heldSums('heldByEntries', [taken, givenBack, taken], cutoff),
      heldSums('heldByRedemptions', [taken, givenBack, undefined], cutoff),
    );

  it('is counted of both kinds of entries up to the cutoff, and of no other', () => {
    expect(heldSums('heldByEntries', [taken, givenBack, taken, undefined], cutoff)).toEqual({
      'heldByEntries|cup': [2, 1, 30],
    });
    expect(heldSums('heldByEntries', [taken], cutoff - 1)).toEqual({});
    const award = { ...taken, kind: 'award' } as unknown as Entry;
    expect(heldSums('heldByEntries', [award], cutoff)).toEqual({});
  });

  it('is the same by the ledger as by the redemptions', () => {
    expect(rewardDifferences(both())).toEqual([
      {
        difference: 'reward-differs',
        rewardId: 'cup',
        ledger: { taken: 2, givenBack: 1, points: 30 },
        redemptions: { taken: 1, givenBack: 1, points: 0 },
      },
    ]);
    expect(rewardDifferences(addSums(both(), heldSums('heldByRedemptions', [taken], cutoff)))).toEqual([]);
  });

  it('is looked at of every reward that either side knows, by its name', () => {
    const sums = {
      'heldByRedemptions|b|c': [1, 0, 5],
      'heldByEntries|a': [0, 0, 1],
      'stock|x': [0, 1, 0, 0],
      'not|heldByEntries|y': [1],
    };
    const nothing = { taken: 0, givenBack: 0, points: 0 };
    expect(rewardDifferences(sums)).toMatchObject([
      { rewardId: 'a', ledger: { points: 1 }, redemptions: nothing },
      { rewardId: 'b|c', ledger: nothing, redemptions: { taken: 1, points: 5 } },
    ]);
  });
});
