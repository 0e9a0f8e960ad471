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
/** The correct records of each state. */
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

describe('a redemption compared with its entries', () => {
  it('reports nothing in any state when the records are correct', () => {
    for (const books of [held, used, back, over(cancelled()), over(expired())])
      expect(redemptionDifferences(books)).toEqual([]);
  });

  it('reports a missing redemption entry', () => {
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
  ])('reports a redemption entry with another %s', (field, changes) => {
    expect(redemptionDifferences({ ...held, redemption: reserved(changes) })).toEqual([
      { difference: 'redemption-differs', ...of('reserved'), entryId: 'redemption#r-1', field },
    ]);
  });

  it('reports a missing refund once a redemption has ended', () => {
    for (const books of [back, over(cancelled()), over(expired())])
      for (const wrong of [undefined, taken])
        expect(redemptionDifferences({ ...books, givenBack: wrong })).toEqual([
          { difference: 'refund-missing', ...of(books.redemption.state) },
        ]);
  });

  it('reports a refund while the points are still held', () => {
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
  ])('reports a refund entry with another %s', (field, changes) => {
    const books = { ...over(cancelled()), givenBack: { ...givenBack, ...changes } as Entry };
    expect(redemptionDifferences(books)).toEqual([
      { difference: 'redemption-differs', ...of('cancelled'), entryId: 'refund#r-1', field },
    ]);
  });
});

describe('the indexes that list a redemption', () => {
  const wrong = (books: RedemptionRecords, index: string) => [
    { difference: 'listed-wrongly', ...of(books.redemption.state), index },
  ];

  it('requires a due key exactly while a redemption is reserved', () => {
    expect(redemptionDifferences({ ...held, dueShard: undefined })).toEqual(wrong(held, 'due'));
    expect(redemptionDifferences({ ...used, dueShard: '0' })).toEqual(wrong(used, 'due'));
  });

  it('requires index keys with the merchant and the local month of each step', () => {
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

describe('the sums of a reward’s redemptions', () => {
  const cutoff = instantOf(at);
  const both = () =>
    addSums(
      heldSums('heldByEntries', [taken, givenBack, taken], cutoff),
      heldSums('heldByRedemptions', [taken, givenBack, undefined], cutoff),
    );

  it('sums redemption and refund entries up to the cutoff, and no others', () => {
    expect(heldSums('heldByEntries', [taken, givenBack, taken, undefined], cutoff)).toEqual({
      'heldByEntries|cup': [2, 1, 30],
    });
    expect(heldSums('heldByEntries', [taken], cutoff - 1)).toEqual({});
    const award = { ...taken, kind: 'award' } as unknown as Entry;
    expect(heldSums('heldByEntries', [award], cutoff)).toEqual({});
  });

  it('reports a reward when the ledger has an entry without a redemption', () => {
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

  it('compares every reward that either side knows', () => {
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
