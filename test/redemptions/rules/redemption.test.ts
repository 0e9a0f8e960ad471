import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../shared/kernel/time.ts';
import type { Discount } from '../../../shared/redemptions/rules/discount.ts';
import {
  isConfirmed,
  isOverdue,
  judgeCancellation,
  judgeReturn,
  judgeScan,
  type Redemption,
  type Scan,
  settlementOf,
  stateAt,
  steps,
} from '../../../shared/redemptions/rules/redemption.ts';
import { cancelled, confirmed, expired, reserved, returned } from '../../support/given-redemptions.ts';

/** docs/contract.md, "Redemptions": every state, every step, and the instants just before and at a deadline. */

const before = instantOf('2026-03-11T11:59:59.999+08:00');
const due = instantOf('2026-03-11T12:00:00.000+08:00');
const all: Redemption[] = [reserved(), confirmed(), returned(), cancelled(), expired()];

describe('the machine', () => {
  it('leaves reserved by three ways and confirmed by one, each on its side of the clock', () => {
    expect(steps).toEqual({
      confirm: { from: 'reserved', to: 'confirmed', clock: 'before-expiry' },
      cancel: { from: 'reserved', to: 'cancelled', clock: 'before-expiry' },
      expire: { from: 'reserved', to: 'expired', clock: 'from-expiry' },
      return: { from: 'confirmed', to: 'returned', clock: 'any' },
    });
  });

  it('has expired what is reserved at its instant, swept or not, and nothing else', () => {
    expect(all.map(one => stateAt(one, before))).toEqual(all.map(({ state }) => state));
    expect(all.map(one => stateAt(one, due))).toEqual([
      'expired',
      'confirmed',
      'returned',
      'cancelled',
      'expired',
    ]);
    expect(all.map(one => isOverdue(one, due))).toEqual([true, false, false, false, false]);
    expect(isOverdue(reserved(), before)).toBe(false);
  });

  it('has confirmed what was handed over, taken back since or not', () => {
    expect(all.map(isConfirmed)).toEqual([false, true, true, false, false]);
  });
});

describe('a scan', () => {
  const scan = (changes: Partial<Scan> = {}): Scan => ({
    merchantId: 'station-east',
    outletMark: 'mark-east',
    requestNo: 'till-1',
    ...changes,
  });
  const unknown = { refusal: 'code-unknown' };

  it('of a code that nobody has, or that is for other outlets, finds none, whatever its state', () => {
    expect(judgeScan(undefined, scan(), before)).toEqual(unknown);
    for (const one of all)
      expect(judgeScan(one, scan({ outletMark: 'mark-north' }), before)).toEqual(unknown);
  });

  it('hands over what is reserved, at any of its outlets', () => {
    expect(judgeScan(reserved(), scan(), before)).toBe('due');
    expect(judgeScan(reserved(), scan({ merchantId: 'shop-west', outletMark: 'mark-west' }), before)).toBe(
      'due',
    );
  });

  it.each([confirmed(), returned()])('of what is $state is a repeat by its own request alone', one => {
    const refusal = { refusal: 'already-confirmed', confirmedAt: '2026-03-10T13:00:00.000+08:00' };
    for (const now of [before, due]) {
      expect(judgeScan(one, scan(), now)).toBe('repeat');
      expect(judgeScan(one, scan({ requestNo: 'till-2' }), now)).toEqual(refusal);
      expect(judgeScan(one, scan({ merchantId: 'shop-west', outletMark: 'mark-west' }), now)).toEqual(
        refusal,
      );
    }
  });

  it('is told that it was given up, also after its time', () => {
    const refusal = { refusal: 'already-cancelled', cancelledAt: '2026-03-10T12:30:00.000+08:00' };
    for (const now of [before, due]) expect(judgeScan(cancelled(), scan(), now)).toEqual(refusal);
  });

  it('comes too late at the instant of expiry, swept or not', () => {
    const refusal = { refusal: 'redemption-expired', expiresAt: '2026-03-11T12:00:00.000+08:00' };
    expect(judgeScan(reserved(), scan(), due)).toEqual(refusal);
    expect(judgeScan(expired(), scan(), before)).toEqual(refusal);
  });

  describe('with a discount', () => {
    const discount: Discount = { percentOff: 20, maxFen: 1000, minSpendFen: 3000 };
    const voucher = reserved({ discount });

    it('needs what is spent, and enough of it', () => {
      expect(judgeScan(voucher, scan({ amountFen: 3000 }), before)).toBe('due');
      expect(judgeScan(voucher, scan({ amountFen: 2999 }), before)).toEqual({
        refusal: 'below-min-spend',
        amountFen: 2999,
        minSpendFen: 3000,
      });
      expect(judgeScan(voucher, scan(), before)).toEqual({
        refusal: 'invalid',
        errors: [{ pointer: '/amountFen', detail: 'is needed for a discount' }],
      });
    });

    it('needs nothing in particular where no least is set', () => {
      const small = reserved({ discount: { amountFen: 500 } });
      expect(judgeScan(small, scan({ amountFen: 0 }), before)).toBe('due');
    });

    it('is told first what stands against the code', () => {
      const late = judgeScan(voucher, scan(), due);
      expect(late).toMatchObject({ refusal: 'redemption-expired' });
      expect(judgeScan(confirmed({ discount }), scan(), before)).toBe('repeat');
    });
  });

  it('of goods may say an amount, which means nothing', () => {
    expect(judgeScan(reserved(), scan({ amountFen: 1 }), before)).toBe('due');
  });
});

describe('a cancellation', () => {
  it('gives up what is reserved, before its time is over', () => {
    expect(judgeCancellation(reserved(), before)).toBe('due');
    expect(judgeCancellation(reserved(), due)).toEqual({
      refusal: 'redemption-expired',
      expiresAt: '2026-03-11T12:00:00.000+08:00',
    });
  });

  it('is the same again, and refused for what ended otherwise', () => {
    const confirmedAt = '2026-03-10T13:00:00.000+08:00';
    for (const now of [before, due]) {
      expect(judgeCancellation(cancelled(), now)).toBe('repeat');
      expect(judgeCancellation(confirmed(), now)).toEqual({ refusal: 'already-confirmed', confirmedAt });
      expect(judgeCancellation(returned(), now)).toEqual({ refusal: 'already-confirmed', confirmedAt });
      expect(judgeCancellation(expired(), now)).toMatchObject({ refusal: 'redemption-expired' });
    }
  });
});

describe('a return', () => {
  const request = { merchantId: 'station-east', requestNo: 'back-1' };
  const last = instantOf('2026-03-17T13:00:00.000+08:00');

  it('is taken by whoever confirmed, within seven days', () => {
    expect(judgeReturn(confirmed(), request, last)).toBe('due');
    expect(judgeReturn(confirmed(), request, last + 1)).toEqual({
      refusal: 'return-period-over',
      confirmedAt: '2026-03-10T13:00:00.000+08:00',
      days: 7,
    });
  });

  it('is unknown to everybody else, and for what was never handed over', () => {
    const elsewhere = { ...request, merchantId: 'shop-west' };
    for (const one of all) expect(judgeReturn(one, elsewhere, last)).toEqual({ refusal: 'not-found' });
    for (const one of [reserved(), cancelled(), expired()])
      expect(judgeReturn(one, request, last)).toEqual({ refusal: 'not-found' });
  });

  it('is the same again under its number, for ever, and refused under another', () => {
    for (const now of [last, last + 1]) {
      expect(judgeReturn(returned(), request, now)).toBe('repeat');
      expect(judgeReturn(returned(), { ...request, requestNo: 'back-2' }, now)).toEqual({
        refusal: 'already-returned',
        returnedAt: '2026-03-11T13:00:00.000+08:00',
      });
    }
  });
});

describe('what the merchant gave and is owed', () => {
  it('is the discount on what was spent, and the subsidy of the terms', () => {
    expect(settlementOf(confirmed({ subsidyFen: 250 }))).toEqual({ discountFen: 0, subsidyFen: 250 });
    const discount = { amountFen: 500 };
    expect(settlementOf(confirmed({ discount, amountFen: 4000, subsidyFen: 300 }))).toEqual({
      discountFen: 500,
      subsidyFen: 300,
    });
    expect(settlementOf(confirmed({ discount }))).toEqual({ discountFen: 0, subsidyFen: 0 });
  });
});
