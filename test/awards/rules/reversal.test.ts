import { describe, it } from 'vitest';
import { event, given, reversal, spending } from '../../support/given.ts';

/** docs/contract.md, "How an event earns points", rules 5 and 6. */

const february = event({ eventId: 'feb', occurredAt: '2026-02-10T12:00:00+08:00', minutes: 90 });
const march = event({ eventId: 'mar', occurredAt: '2026-03-10T12:00:00+08:00', minutes: 60 });
const at = '2026-03-20T12:00:00+08:00';

describe('a reversal', () => {
  it('takes points and hours off balance and ranking', () => {
    given(february, march)
      .when(reversal('feb', at))
      .records({
        kind: 'reversal',
        entryId: 'reversal#rides#feb',
        points: -30,
        minutes: -90,
        lots: { '2026-02': -30 },
        debt: 0,
        rankingMonth: '2026-02',
        reason: 'was not there',
        counterparty: 'issuance#rides',
      })
      .leaving({
        balance: 20,
        minutes: 60,
        earned: 20,
        lots: { '2026-03': 20 },
        standings: { '2026-02': { score: 0, minutes: 0 }, '2026-03': { score: 20, minutes: 60 } },
      });
  });

  it('writes no expiry where the lots have enough: that is for the sweep', () => {
    const december = event({ eventId: 'dec', occurredAt: '2026-12-10T12:00:00+08:00' });
    given(february, december)
      .when(reversal('dec', '2027-03-02T12:00:00+08:00'))
      .records({ kind: 'reversal', lots: { '2026-12': -20 }, debt: 0 })
      .leaving({ expired: 0, lots: { '2026-02': 30 } });
  });

  it('takes from the event’s own lot first, then from the oldest', () => {
    const january = event({ eventId: 'jan', occurredAt: '2026-01-10T12:00:00+08:00', minutes: 30 });
    given(january, february, march, spending(10, at))
      .when(reversal('feb', at))
      .records({ lots: { '2026-02': -30 } });
    given(january, february, march, spending(30, at))
      .when(reversal('feb', at))
      .records({ lots: { '2026-02': -10, '2026-03': -20 }, debt: 0 });
  });

  it('leaves as debt what nobody has any more, and the balance below zero', () => {
    given(february, march, spending(45, at))
      .when(reversal('feb', at))
      .records({ points: -30, lots: { '2026-03': -5 }, debt: 25 })
      .leaving({ balance: -25, debt: 25, lots: {} });
  });

  it('lets what has expired go before it makes a debt: no expiry takes the balance below zero', () => {
    const recent = event({ eventId: 'recent', occurredAt: '2027-04-10T12:00:00+08:00', minutes: 60 });
    const late = '2027-04-20T12:00:00+08:00';
    given(march, recent, spending(20, late))
      .when(reversal('recent', late))
      .records(
        { kind: 'expiry', points: -20, lots: { '2026-03': -20 } },
        { kind: 'reversal', points: -20, lots: {}, debt: 20 },
      )
      .leaving({ balance: -20, debt: 20, lots: {}, expired: 20 });
  });

  it('of a capped event takes the hours', () => {
    const full = event({ eventId: 'full', minutes: 240 });
    given(full, event({ eventId: 'capped', minutes: 75 }))
      .when(reversal('capped', at))
      .records({ points: 0, minutes: -75, lots: {}, debt: 0, rankingMonth: '2026-03' })
      .leaving({ balance: 80, minutes: 240, standings: { '2026-03': { score: 80, minutes: 240 } } });
  });

  it('bears the ranking month of what it reverses: none where that had none', () => {
    given(event({ eventId: 'late', monthClosed: true }))
      .when(reversal('late', at))
      .records({ rankingMonth: null, points: -20 });
  });

  it('is refused for an event that was declined', () => {
    given(event({ eventId: 'no', minutes: 1 }))
      .when(reversal('no', at))
      .isRefused({ refusal: 'not-awarded', reason: 'below-minimum' });
  });

  it('is possible 180 days after the service, and not a millisecond more', () => {
    given(march).when(reversal('mar', '2026-09-06T12:00:00.000+08:00')).records({ points: -20 });
    given(march)
      .when(reversal('mar', '2026-09-06T12:00:00.001+08:00'))
      .isRefused({ refusal: 'too-late', occurredAt: '2026-03-10T12:00:00+08:00', days: 180 });
  });
});

describe('debt', () => {
  const owing25 = [february, march, spending(45, at), reversal('feb', at)];
  const later = { eventId: 'later', occurredAt: '2026-03-21T12:00:00+08:00' };

  it('is filled first by what comes in', () => {
    given(...owing25)
      .when(event({ ...later, minutes: 60 }))
      .records({ points: 20, granted: 20, lots: {}, debt: -20 })
      .leaving({ balance: -5, debt: 5, lots: {} });
    given(...owing25)
      .when(event({ ...later, minutes: 90 }))
      .records({ points: 30, lots: { '2026-03': 5 }, debt: -25 })
      .leaving({ balance: 5, debt: 0 });
  });

  it('takes nothing off the score: what was earned counts', () => {
    given(...owing25)
      .when(event(later))
      .records({ points: 20 })
      .leaving({
        standings: { '2026-02': { score: 0, minutes: 0 }, '2026-03': { score: 40, minutes: 120 } },
      });
  });

  it('comes back where what filled it is reversed', () => {
    given(...owing25, event(later))
      .when(reversal('later', '2026-03-22T12:00:00+08:00'))
      .records({ points: -20, lots: {}, debt: 20 })
      .leaving({ balance: -25, debt: 25 });
  });
});

describe('a month whose ranking is closed', () => {
  it('grants the points and counts for no ranking', () => {
    given()
      .when(event({ monthClosed: true }))
      .records({
        kind: 'award',
        granted: 20,
        points: 20,
        minutes: 60,
        rankingMonth: null,
        lots: { '2026-03': 20 },
      })
      .leaving({ balance: 20, minutes: 60, standings: {} });
  });

  it('uses up the caps like any other', () => {
    given(event({ monthClosed: true, minutes: 230 }))
      .when(event({ eventId: 'e-2' }))
      .records({ granted: 4, reason: 'daily-cap' });
  });
});
