import { describe, expect, it } from 'vitest';
import { instantOf, minuteMs, toLocalIso } from '../../../shared/kernel/time.ts';
import type { Entry } from '../../../shared/ledger/rules/entry.ts';
import {
  counterpartyDifferences,
  counterpartySums,
} from '../../../shared/reconcile/rules/counterparty-differences.ts';
import { pieceSums, stockDifferences, stockSums } from '../../../shared/reconcile/rules/stock-differences.ts';
import { addSums } from '../../../shared/reconcile/rules/sums.ts';
import { reserved } from '../../support/given-redemptions.ts';

const readAt = instantOf('2026-03-20T12:00:00+08:00');
const uncertainMs = 15 * minuteMs;
const recorded = (instant: number, delta: number) => ({ delta, recordedAt: toLocalIso(instant) });

describe('named sums', () => {
  it('adds sums by name, element by element', () => {
    expect(addSums({ a: [1, 2], b: [3] }, { a: [10, 20, 30], c: [4] })).toEqual({
      a: [11, 22, 30],
      b: [3],
      c: [4],
    });
  });
});

describe('the sums of a counterparty', () => {
  const entry = (counterparty: string, points: number, at = readAt) => ({
    counterparty,
    points,
    recordedAt: toLocalIso(at),
  });
  const entries = [entry('reward#cup', -30), entry('issuance#rides', 20), entry('reward#cup', 30)];

  it('counts and sums a counterparty’s entries up to the cutoff', () => {
    const late = entry('reward#cup', 7, readAt + 1);
    expect(counterpartySums('ledger', [...entries, late], readAt)).toEqual({
      'ledger|reward#cup': [2, 0],
      'ledger|issuance#rides': [1, 20],
    });
  });

  it('reports a counterparty when the drivers’ histories lack an entry', () => {
    const ledger = counterpartySums('ledger', entries, readAt);
    expect(counterpartyDifferences(addSums(ledger, counterpartySums('drivers', entries, readAt)))).toEqual(
      [],
    );
    const missing = addSums(ledger, counterpartySums('drivers', entries.slice(1), readAt));
    expect(counterpartyDifferences(missing)).toEqual([
      {
        difference: 'counterparty-differs',
        counterparty: 'reward#cup',
        ledger: { entries: 2, points: 0 },
        drivers: { entries: 1, points: 30 },
      },
    ]);
  });

  it('reports counterparties that differ by count alone or by points alone, in the order of names', () => {
    const sums = {
      'ledger|b|c': [1, 5],
      'drivers|b|c': [2, 5],
      'drivers|a': [1, 1],
      'ledger|d': [1, 5],
      'drivers|d': [1, 6],
      'stock|x': [1],
    };
    expect(counterpartyDifferences(sums).map(({ counterparty }) => counterparty)).toEqual(['a', 'b|c', 'd']);
  });

  it('treats a counterparty as zero on a side that lacks it', () => {
    expect(counterpartyDifferences({ 'ledger|x': [1, 5] })).toEqual([
      {
        difference: 'counterparty-differs',
        counterparty: 'x',
        ledger: { entries: 1, points: 5 },
        drivers: { entries: 0, points: 0 },
      },
    ]);
  });
});

describe('the stock of a reward compared with its movements', () => {
  const stockAt = (stock: number, ...putIn: { delta: number; recordedAt: string }[]) =>
    stockSums('cup', stock, readAt, putIn);
  const differs = (stock: number, least: number, most: number) => [
    { difference: 'stock-differs', rewardId: 'cup', stock, least, most },
  ];

  it('reports a stock that differs from the pieces put in', () => {
    const before = recorded(readAt - uncertainMs - 1, 10);
    expect(stockDifferences(stockAt(10, before))).toEqual([]);
    expect(stockDifferences(stockAt(9, before))).toEqual(differs(9, 10, 10));
    expect(stockDifferences(stockAt(11, before))).toEqual(differs(11, 10, 10));
    expect(stockDifferences(stockAt(7, before, recorded(readAt - uncertainMs - 1, -3)))).toEqual([]);
  });

  it.each([-uncertainMs, 0, uncertainMs])(
    'accepts a stock with or without an adjustment recorded %i ms from the read',
    offset => {
      const sums = (stock: number, delta: number) =>
        stockAt(stock, recorded(0, 10), recorded(readAt + offset, delta));
      for (const stock of [10, 14]) expect(stockDifferences(sums(stock, 4))).toEqual([]);
      for (const stock of [6, 10]) expect(stockDifferences(sums(stock, -4))).toEqual([]);
      expect(stockDifferences(sums(15, 4))).toEqual(differs(15, 10, 14));
      expect(stockDifferences(sums(5, -4))).toEqual(differs(5, 6, 10));
    },
  );

  it('reports a stock that includes an adjustment recorded well after the read', () => {
    expect(stockDifferences(stockAt(10, recorded(0, 10), recorded(readAt + uncertainMs + 1, 4)))).toEqual([]);
    expect(stockDifferences(stockAt(14, recorded(0, 10), recorded(readAt + uncertainMs + 1, 4)))).toEqual(
      differs(14, 10, 10),
    );
  });

  describe('with held pieces', () => {
    const ten = () => stockAt(9, recorded(0, 10));
    const at = (instant: number) => ({ recordedAt: toLocalIso(instant) }) as Entry;
    const piece = (taken: number | undefined, givenBack?: number) =>
      pieceSums(
        ten(),
        reserved(),
        taken === undefined ? undefined : at(taken),
        givenBack === undefined ? undefined : at(givenBack),
      )['pieces|cup'];

    it('counts a piece as held from its redemption entry until its refund', () => {
      expect(piece(readAt - uncertainMs - 1)).toEqual([1, 1]);
      expect(piece(readAt - uncertainMs)).toEqual([0, 1]);
      expect(piece(readAt + uncertainMs)).toEqual([0, 1]);
      expect(piece(readAt + uncertainMs + 1)).toEqual([0, 0]);
      expect(piece(0, readAt + uncertainMs + 1)).toEqual([1, 1]);
      expect(piece(0, readAt + uncertainMs)).toEqual([0, 1]);
      expect(piece(0, readAt - uncertainMs)).toEqual([0, 1]);
      expect(piece(0, readAt - uncertainMs - 1)).toEqual([0, 0]);
    });

    it('counts no piece without tracked stock, without a stock read, or without an entry', () => {
      expect(piece(undefined)).toBeUndefined();
      expect(pieceSums(ten(), reserved({ stockTracked: false }), at(0), undefined)).toEqual({});
      expect(pieceSums({}, reserved(), at(0), undefined)).toEqual({});
    });

    it('subtracts the certainly held pieces and allows for the possibly held ones', () => {
      const sums = (...pieces: number[][]) =>
        pieces.reduce<Parameters<typeof addSums>[0]>(
          (all, one) => addSums(all, { 'pieces|cup': one }),
          ten(),
        );
      expect(stockDifferences(sums([1, 1]))).toEqual([]);
      expect(stockDifferences(sums([0, 1]))).toEqual([]);
      expect(stockDifferences(sums([1, 1], [1, 1]))).toEqual(differs(9, 8, 8));
      expect(stockDifferences(sums([1, 1], [0, 1]))).toEqual([]);
      expect(stockDifferences(sums())).toEqual(differs(9, 10, 10));
    });
  });

  it('compares every reward whose stock was read', () => {
    const sums = { 'stock|a|b': [readAt, 1, 0, 0], 'pieces|a|b': [0, 0], 'ledger|stock|c': [1, 2] };
    expect(stockDifferences(sums)).toMatchObject([{ rewardId: 'a|b', stock: 1 }]);
  });
});
