import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discountFenOf } from '../../../shared/redemptions/rules/discount.ts';

/** docs/contract.md, "Redemptions": whole fen, the smaller of two amounts, computed in whole numbers. */

const fen = fc.oneof(
  fc.nat({ max: 10_000 }),
  fc.nat({ max: 100_000_000 }),
  fc.maxSafeNat(),
  fc.constantFrom(0, 1, 99, 100, 101, Number.MAX_SAFE_INTEGER),
);
const percent = fc.integer({ min: 1, max: 100 });

describe('a discount', () => {
  it('of an amount is the smaller of it and of what is spent', () => {
    fc.assert(
      fc.property(fen, fen, (spent, amountFen) => {
        const expected = spent < amountFen ? spent : amountFen;
        expect(discountFenOf({ amountFen }, spent)).toBe(expected);
      }),
    );
  });

  it('of a share is that share, rounded down to the fen, but no more than its maximum', () => {
    fc.assert(
      fc.property(fen, percent, fen, (spent, percentOff, maxFen) => {
        const share = (BigInt(spent) * BigInt(percentOff)) / 100n;
        const expected = share < BigInt(maxFen) ? share : BigInt(maxFen);
        expect(BigInt(discountFenOf({ percentOff, maxFen }, spent))).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('is never more than what is spent, and never less than nothing', () => {
    const discounts = fc.oneof(
      fc.record({ amountFen: fen }),
      fc.record({ percentOff: percent, maxFen: fen }),
      fc.constant(undefined),
    );
    fc.assert(
      fc.property(discounts, fen, (discount, spent) => {
        const off = discountFenOf(discount, spent);
        expect(off).toBeGreaterThanOrEqual(0);
        expect(off).toBeLessThanOrEqual(spent);
      }),
    );
  });

  it.each([
    [{ percentOff: 20, maxFen: 800 }, 2999, 599],
    [{ percentOff: 20, maxFen: 800 }, 4000, 800],
    [{ percentOff: 20, maxFen: 800 }, 4005, 800],
    [{ percentOff: 100, maxFen: 800 }, 799, 799],
    [{ percentOff: 1, maxFen: 800 }, 99, 0],
    [{ percentOff: 29, maxFen: 1_000_000 }, 100, 29],
    [{ amountFen: 500 }, 499, 499],
    [{ amountFen: 500 }, 500, 500],
    [undefined, 5000, 0],
  ])('%o on %i is %i', (discount, spent, expected) => {
    expect(discountFenOf(discount, spent)).toBe(expected);
  });
});
