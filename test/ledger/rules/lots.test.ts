import { describe, expect, it } from 'vitest';
import {
  addMonths,
  dayOf,
  instantOf,
  monthOf,
  startOfMonth,
  toLocalIso,
} from '../../../shared/kernel/time.ts';
import { available, newAccount } from '../../../shared/ledger/rules/account.ts';
import { expiryMonthOf, isExpired, take } from '../../../shared/ledger/rules/lots.ts';
import { event, given, reversal, spending } from '../../support/given.ts';

describe('days and months are those of Shanghai', () => {
  it.each([
    ['2026-03-31T23:59:59.999+08:00', '2026-03-31'],
    ['2026-04-01T00:00:00+08:00', '2026-04-01'],
    ['2026-03-31T15:59:59.999Z', '2026-03-31'],
    ['2026-03-31T16:00:00Z', '2026-04-01'],
    ['2026-03-31T11:00:00-05:00', '2026-04-01'],
    ['2026-03-31T10:59:59.999-05:00', '2026-03-31'],
    ['2028-02-29T12:00:00+08:00', '2028-02-29'],
    ['2028-02-28T16:00:00Z', '2028-02-29'],
    ['2028-02-29T16:00:00Z', '2028-03-01'],
    ['2027-02-28T16:00:00Z', '2027-03-01'],
    ['2025-12-31T16:00:00Z', '2026-01-01'],
    ['2026-03-31T23:59:59+14:00', '2026-03-31'],
  ])('%s lies on %s', (time, day) => {
    expect(dayOf(instantOf(time))).toBe(day);
    expect(monthOf(instantOf(time))).toBe(day.slice(0, 7));
  });

  it('and are written with their offset', () => {
    expect(toLocalIso(instantOf('2026-04-02T04:00:00Z'))).toBe('2026-04-02T12:00:00.000+08:00');
    expect(startOfMonth('2026-04')).toBe(instantOf('2026-03-31T16:00:00Z'));
    expect(addMonths('2026-01', -1)).toBe('2025-12');
    expect(addMonths('2025-12', 13)).toBe('2027-01');
    expect(addMonths('2026-03', -27)).toBe('2023-12');
    expect(addMonths('0000-01', 1)).toBe('0000-02'); // an account starts in year 0, and months compare as texts
    expect(() => instantOf('tomorrow')).toThrow('not a time: tomorrow');
  });
});

describe('points of a month', () => {
  it('expire at the first instant of the thirteenth month after it', () => {
    expect(expiryMonthOf('2026-03')).toBe('2027-04');
    expect(isExpired('2026-03', instantOf('2027-03-31T23:59:59.999+08:00'))).toBe(false);
    expect(isExpired('2026-03', instantOf('2027-04-01T00:00:00.000+08:00'))).toBe(true);
  });

  it('lie in the lot of the month of the service, whenever they come', () => {
    given()
      .when(event({ occurredAt: '2026-02-28T16:00:00Z', at: '2026-04-01T00:00:00+08:00' }))
      .records({ lots: { '2026-03': 20 } });
  });

  it('are spent in the order in which they expire', () => {
    expect(take({ '2026-03': 5, '2026-01': 5 }, ['2026-01', '2026-03'], 7)).toEqual({
      taken: { '2026-01': 5, '2026-03': 2 },
      missing: 0,
    });
    expect(take({ '2026-03': 5 }, ['2026-03'], 7)).toEqual({ taken: { '2026-03': 5 }, missing: 2 });
  });

  it('cannot be spent once expired, swept or not', () => {
    const account = { ...newAccount('d-1', ''), lots: { '2026-01': 20, '2026-03': 20 }, debt: 3 };
    expect(available(account, instantOf('2027-01-31T23:59:59.999+08:00'))).toBe(37);
    expect(available(account, instantOf('2027-02-01T00:00:00.000+08:00'))).toBe(17);
  });
});

describe('an award into a lot that has expired', () => {
  const late = { occurredAt: '2026-01-10T12:00:00+08:00', at: '2027-02-01T00:00:00.000+08:00' };

  it('is an award and an expiry in one step', () => {
    given()
      .when(event(late))
      .records(
        { kind: 'award', points: 20, lots: { '2026-01': 20 }, rankingMonth: '2026-01' },
        {
          kind: 'expiry',
          entryId: 'expiry#award#rides#e-1#2026-01',
          lot: '2026-01',
          points: -20,
          lots: { '2026-01': -20 },
          counterparty: 'expiry',
        },
      )
      .leaving({ balance: 0, lots: {}, earned: 20, expired: 20, minutes: 60, seq: 2 });
  });

  it('is an award alone a millisecond before', () => {
    given()
      .when(event({ ...late, at: '2027-01-31T23:59:59.999+08:00' }))
      .records({ kind: 'award', points: 20 });
  });

  it('leaves alone what the sweep has still to expire', () => {
    given(event({ occurredAt: '2026-01-09T12:00:00+08:00' }))
      .when(event({ ...late, eventId: 'e-2' }))
      .records({ kind: 'award' }, { kind: 'expiry', points: -20 })
      .leaving({ lots: { '2026-01': 20 }, balance: 20 });
  });

  it('fills the debt before the rest expires', () => {
    const at = '2026-03-12T12:00:00+08:00';
    given(event({ eventId: 'gone', minutes: 30 }), spending(10, at), reversal('gone', at))
      .when(event({ ...late, eventId: 'e-2' }))
      .records({ kind: 'award', lots: { '2026-01': 10 }, debt: -10 }, { kind: 'expiry', points: -10 })
      .leaving({ balance: 0, debt: 0, lots: {} });
  });

  it('expires nothing where it was capped', () => {
    given(event({ ...late, minutes: 240, at: '2026-01-10T12:00:00+08:00' }))
      .when(event({ ...late, eventId: 'e-2', at: '2026-02-10T12:00:00+08:00' }))
      .records({ kind: 'award', granted: 0, reason: 'daily-cap' });
  });
});
