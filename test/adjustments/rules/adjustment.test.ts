import { describe, expect, it } from 'vitest';
import {
  type Adjustment,
  decideAdjustment,
  overLimit,
} from '../../../shared/adjustments/rules/adjustment.ts';
import { decided, event, given, reversal, spending } from '../../support/given.ts';

const adjustment = (points: number): Adjustment => ({
  adjustmentId: 'adj-1',
  driverId: 'd-1',
  points,
  reason: 'a mistake at the till',
});
const adjusting = (points: number, at: string) =>
  decided((account, now) => decideAdjustment(account, adjustment(points), now), at);

const february = event({ eventId: 'feb', minutes: 60, occurredAt: '2026-02-10T12:00:00+08:00' });
const march = event({ eventId: 'mar', minutes: 60 });
const at = '2026-03-20T12:00:00+08:00';

describe('points by hand', () => {
  it('go into the lot of the local month in which they are given', () => {
    given(february)
      .when(adjusting(7, '2026-03-31T16:00:00Z'))
      .records({
        kind: 'adjustment',
        entryId: 'adjustment#adj-1',
        points: 7,
        minutes: 0,
        lots: { '2026-04': 7 },
        debt: 0,
        counterparty: 'adjustment',
        reason: 'a mistake at the till',
        occurredAt: '2026-04-01T00:00:00.000+08:00',
      })
      .leaving({
        balance: 27,
        earned: 20,
        adjusted: 7,
        minutes: 60,
        standings: { '2026-02': { score: 20, minutes: 60 } },
      });
  });

  it('fill the debt first', () => {
    given(february, march, spending(35, at), reversal('mar', at))
      .when(adjusting(20, at))
      .records({ points: 20, lots: { '2026-03': 5 }, debt: -15 })
      .leaving({ balance: 5, debt: 0, adjusted: 20 });
  });

  it('are taken from the oldest lots, down to nothing', () => {
    given(march, february)
      .when(adjusting(-30, at))
      .records({ points: -30, lots: { '2026-02': -20, '2026-03': -10 }, debt: 0 })
      .leaving({ balance: 10, adjusted: -30, lots: { '2026-03': 10 } });
    given(march, february).when(adjusting(-40, at)).records({ points: -40 }).leaving({ lots: {} });
  });

  it('never take more than could be spent', () => {
    given(march, february)
      .when(adjusting(-41, at))
      .isRefused({ refusal: 'insufficient-points', available: 40, needed: 41 });
    given(february, march)
      .when(adjusting(-21, '2027-03-01T00:00:00+08:00'))
      .isRefused({ refusal: 'insufficient-points', available: 20, needed: 21 });
    given(february, march)
      .when(adjusting(-20, '2027-03-01T00:00:00+08:00'))
      .records({ lots: { '2026-03': -20 } });
  });

  it('move no more than the limit, in either direction', () => {
    expect(overLimit(adjustment(100), 100)).toBeUndefined();
    expect(overLimit(adjustment(-100), 100)).toBeUndefined();
    expect(overLimit(adjustment(101), 100)).toEqual({ refusal: 'over-limit', points: 101, limit: 100 });
    expect(overLimit(adjustment(-101), 100)).toEqual({ refusal: 'over-limit', points: -101, limit: 100 });
  });
});
