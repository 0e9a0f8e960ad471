import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../shared/kernel/time.ts';
import { available, newAccount } from '../../../shared/ledger/rules/account.ts';
import { decideReserve } from '../../../shared/redemptions/rules/reserve.ts';
import { event, given } from '../../support/given.ts';
import { refunding, reserved, reserving, terms } from '../../support/given-redemptions.ts';

/** docs/contract.md, "Redemptions": what a reservation takes, and when it is refused. */

const february = event({ eventId: 'feb', minutes: 60, occurredAt: '2026-02-10T12:00:00+08:00' });
const march = event({ eventId: 'mar', minutes: 60 });
const at = '2026-03-20T12:00:00+08:00';

describe('a reservation', () => {
  it('takes the points at once, out of the lots that expire first', () => {
    given(march, february)
      .when(reserving(at))
      .records({
        kind: 'redemption',
        entryId: 'redemption#r-1',
        redemptionId: 'r-1',
        rewardId: 'cup',
        points: -30,
        minutes: 0,
        lots: { '2026-02': -20, '2026-03': -10 },
        debt: 0,
        counterparty: 'reward#cup',
        reason: null,
        occurredAt: '2026-03-20T12:00:00.000+08:00',
      })
      .leaving({ balance: 10, lots: { '2026-03': 10 }, redeemed: 30, earned: 40, minutes: 120 });
  });

  it('may take the last point, and none that is not there', () => {
    given(february, march)
      .when(reserving(at, { points: 40 }))
      .records({ points: -40 })
      .leaving({ lots: {} });
    given(february, march)
      .when(reserving(at, { points: 41 }))
      .isRefused({ refusal: 'insufficient-points', available: 40, needed: 41 });
  });

  it('takes no point that has expired, swept or not', () => {
    const old = event({ eventId: 'old', minutes: 60, occurredAt: '2026-01-10T12:00:00+08:00' });
    given(old, march)
      .when(reserving('2027-02-01T00:00:00+08:00', { points: 20 }))
      .records({ lots: { '2026-03': -20 } });
    given(old, march)
      .when(reserving('2027-01-31T23:59:59.999+08:00', { points: 20 }))
      .records({ lots: { '2026-01': -20 } });
    given(old, march)
      .when(reserving('2027-02-01T00:00:00+08:00'))
      .isRefused({ refusal: 'insufficient-points', available: 20, needed: 30 });
  });

  it('takes no point that is owed', () => {
    const account = { ...newAccount('d-1', ''), lots: { '2026-03': 40 }, debt: 11 };
    expect(available(account, instantOf(at))).toBe(29);
    expect(decideReserve(account, { redemptionId: 'r-1', terms: terms() }, instantOf(at))).toEqual({
      refusal: 'insufficient-points',
      available: 29,
      needed: 30,
    });
  });
});

describe('a reward is on offer', () => {
  const offered = (from: string | undefined, to: string | undefined) =>
    given(february, march).when(reserving(at, { activeFrom: from, activeTo: to }));

  it('from its first instant', () => {
    offered(at, undefined).records({ points: -30 });
    offered('2026-03-20T04:00:00Z', undefined).records({ points: -30 });
    offered('2026-03-20T12:00:00.001+08:00', undefined).isRefused({
      refusal: 'reward-inactive',
      activeFrom: '2026-03-20T12:00:00.001+08:00',
      activeTo: null,
    });
  });

  it('until its end, which is outside', () => {
    offered(undefined, '2026-03-20T12:00:00.001+08:00').records({ points: -30 });
    offered(undefined, at).isRefused({ refusal: 'reward-inactive', activeFrom: null, activeTo: at });
    offered('2026-03-01T00:00:00+08:00', '2026-03-19T12:00:00+08:00').isRefused({
      refusal: 'reward-inactive',
      activeFrom: '2026-03-01T00:00:00+08:00',
      activeTo: '2026-03-19T12:00:00+08:00',
    });
  });
});

describe('the monthly limit', () => {
  const cheap = { points: 5, perDriverMonthlyLimit: 2 };
  const held = (redemptionId: string, when: string) => reserving(when, cheap, redemptionId);
  const two = [march, held('r-1', at), held('r-2', at)];
  const held1 = reserved({ points: 5, lots: { '2026-03': 5 }, reservedAt: at });
  const refusal = { refusal: 'limit-reached', limit: 2, month: '2026-03' } as const;

  it('counts reservations of this reward in the local month', () => {
    given(...two)
      .when(held('r-3', '2026-03-31T15:59:59.999Z'))
      .isRefused(refusal);
    given(...two)
      .when(held('r-3', '2026-03-31T16:00:00Z'))
      .records({ points: -5 });
    given(...two)
      .when(reserving(at, { ...cheap, rewardId: 'umbrella' }, 'r-3'))
      .records({ rewardId: 'umbrella' });
    given(...two)
      .when(reserving(at, { points: 5 }, 'r-3'))
      .records({ points: -5 });
  });

  it.each(['cancelled', 'expired'] as const)('does not count what was %s', cause => {
    given(...two, refunding(at, held1, cause))
      .when(held('r-3', at))
      .records({ points: -5 });
  });

  it('counts what was returned', () => {
    given(...two, refunding(at, held1, 'returned'))
      .when(held('r-3', at))
      .isRefused(refusal);
  });

  it('is given back for the month of the reservation, not for that of its end', () => {
    const april = '2026-04-02T12:00:00+08:00';
    given(...two, held('r-3', april), refunding(april, held1, 'expired')).has({
      reservations: { '2026-03': { cup: 1 }, '2026-04': { cup: 1 } },
    });
  });

  it('is forgotten two months on, and what is given back for such a month brings it back no more', () => {
    const may = '2026-05-02T12:00:00+08:00';
    given(...two, held('r-3', may)).has({ reservations: { '2026-05': { cup: 1 } } });
    given(...two, held('r-3', may), refunding(may, held1, 'expired')).has({
      reservations: { '2026-05': { cup: 1 } },
    });
  });

  it('is looked at after the time of the offer, and before the price', () => {
    given(...two)
      .when(reserving(at, { ...cheap, points: 500 }, 'r-3'))
      .isRefused(refusal);
    given(...two)
      .when(reserving(at, { ...cheap, activeTo: at }, 'r-3'))
      .isRefused({ refusal: 'reward-inactive', activeFrom: null, activeTo: at });
  });
});
