import { describe, expect, it } from 'vitest';
import { decideAdjustment } from '../../../shared/adjustments/rules/adjustment.ts';
import { knowsCapUse } from '../../../shared/awards/rules/award.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import {
  type Account,
  evolve,
  foldCapUse,
  foldStanding,
  keepsCapUse,
  keepsStanding,
  newAccount,
  rankingMonthOf,
} from '../../../shared/ledger/rules/account.ts';
import { chainStart } from '../../../shared/ledger/rules/chain.ts';
import { changed } from '../../../shared/ledger/rules/lots.ts';
import { decided, event, expiry, given, happens, newDriver, reversal } from '../../support/given.ts';
import { reserving } from '../../support/given-redemptions.ts';

const on = (day: string, eventId = day) => event({ eventId, occurredAt: `${day}T12:00:00+08:00` });

describe('a new account', () => {
  it('has nothing, and its own name for a start', () => {
    expect(newAccount('d-1', chainStart('d-1', sha256))).toEqual({
      driverId: 'd-1',
      seq: 0,
      head: sha256('d-1'),
      balance: 0,
      lots: {},
      debt: 0,
      minutes: 0,
      earned: 0,
      redeemed: 0,
      expired: 0,
      adjusted: 0,
      standings: {},
      capUse: {},
      reservations: {},
      latestMonth: '0000-01',
    });
  });
});

describe('an account', () => {
  it('tells by where points came from and went to', () => {
    const at = '2027-02-01T12:00:00+08:00';
    const adjustment = { adjustmentId: 'a-1', driverId: 'd-1', points: -3, reason: 'x' };
    given(
      on('2026-01-10'),
      event({ eventId: 'feb', occurredAt: '2026-02-10T12:00:00+08:00', minutes: 210 }),
      event({ eventId: 'two', occurredAt: '2026-02-11T12:00:00+08:00', minutes: 3 }),
      reversal('two', '2026-02-12T12:00:00+08:00'),
      reserving('2026-02-12T12:00:00+08:00'),
      decided((account, now) => decideAdjustment(account, adjustment, now), at),
      expiry(at),
    ).has({ earned: 90, redeemed: 30, adjusted: -3, expired: 0, balance: 57, minutes: 270, seq: 6 });
    given(on('2026-01-10'), expiry(at)).has({
      earned: 20,
      redeemed: 0,
      adjusted: 0,
      expired: 20,
      balance: 0,
    });
  });

  it('keeps the latest month that anything was recorded in, by local time', () => {
    given(event({ at: '2026-03-31T16:00:00Z' })).has({ latestMonth: '2026-04' });
    given(
      event({ at: '2026-04-01T00:00:00+08:00' }),
      event({ eventId: 'e-2', at: '2026-03-31T23:59:59+08:00' }),
    ).has({
      latestMonth: '2026-04',
    });
  });

  it('keeps cap use of three months and standings of seven, and no more', () => {
    const months = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08'];
    const { account } = months.map(month => on(`${month}-10`)).reduce(happens, newDriver());
    expect(Object.keys(account.standings)).toEqual(months.slice(1));
    expect(Object.keys(account.capUse)).toEqual(months.slice(5));
    expect(months.filter(month => keepsStanding('2026-08', month))).toEqual(months.slice(1));
    expect(months.filter(month => keepsCapUse('2026-08', month))).toEqual(months.slice(5));
  });

  it('knows how far the caps are used of the months that it keeps, and of all before its first entry', () => {
    const { account } = happens(newDriver(), on('2026-08-10'));
    const knows = (of: Account, occurredAt: string) => knowsCapUse(of, { occurredAt });
    expect(knows(account, '2026-05-31T16:00:00Z')).toBe(true);
    expect(knows(account, '2026-05-31T23:59:59.999+08:00')).toBe(false);
    expect(knows(newDriver().account, '2020-01-01T00:00:00+08:00')).toBe(true);
  });

  it('adds up what was granted, by activity and local day', () => {
    const { entries, account } = [
      event({ eventId: 'a', minutes: 30, occurredAt: '2026-03-09T16:00:00Z' }),
      event({ eventId: 'b', minutes: 60, occurredAt: '2026-03-10T23:59:59.999+08:00' }),
      event({ eventId: 'c', activity: 'report', occurredAt: '2026-03-10T12:00:00+08:00' }),
      event({ eventId: 'd', activity: 'report', occurredAt: '2026-03-10T16:00:00Z' }),
      event({ eventId: 'e', minutes: 1 }),
      reversal('a', '2026-03-12T12:00:00+08:00'),
    ].reduce(happens, newDriver());
    const capUse = { guidance: { '10': 30 }, report: { '10': 5, '11': 5 } };
    expect(account.capUse).toEqual({ '2026-03': capUse });
    expect(foldCapUse(entries, '2026-03')).toEqual(capUse);
    expect(foldCapUse(entries, '2026-04')).toEqual({});
  });

  it('uses up no cap by an event that was capped whole', () => {
    const days = ['02', '03', '04'];
    const rescues = days.map(day =>
      event({ eventId: day, activity: 'rescue', occurredAt: `2026-03-${day}T12:00:00+08:00` }),
    );
    given(...rescues, event()).has({
      capUse: { '2026-03': { rescue: { '02': 100, '03': 100, '04': 100 } } },
      minutes: 240,
    });
  });

  it('adds up one month’s standing of what bears that month', () => {
    const { entries } = [
      on('2026-03-10'),
      on('2026-04-10'),
      event({ eventId: 'late', monthClosed: true }),
      reversal('2026-04-10', '2026-04-12T12:00:00+08:00'),
      on('2026-04-11'),
    ].reduce(happens, newDriver());
    expect(foldStanding(entries, '2026-03')).toEqual({ score: 20, minutes: 60 });
    expect(foldStanding(entries, '2026-04')).toEqual({ score: 20, minutes: 60 });
    expect(foldStanding(entries, '2026-05')).toEqual({ score: 0, minutes: 0 });
    expect(entries.map(rankingMonthOf)).toEqual(['2026-03', '2026-04', null, '2026-04', '2026-04']);
  });
});

describe('an entry', () => {
  it('is taken in its turn alone, and only if it adds up', () => {
    const { account, entries } = [on('2026-03-10'), on('2026-03-11')].reduce(happens, newDriver());
    const [, second] = entries;
    if (!second) throw new Error('there is no second entry');
    expect(() => evolve(account, second)).toThrow('entry 2 cannot follow entry 2');
    const { account: one } = happens(newDriver(), on('2026-03-10'));
    expect(() => evolve(one, { ...second, debt: 1 })).toThrow('does not add up');
  });

  it('takes no lot below nothing, and leaves no lot of nothing', () => {
    expect(changed({ '2026-03': 5 }, { '2026-03': -5, '2026-04': 2 })).toEqual({ '2026-04': 2 });
    expect(() => changed({ '2026-03': 5 }, { '2026-03': -6 })).toThrow('lot 2026-03 would become -1');
    expect(() => changed({}, { '2026-03': 0.5 })).toThrow('would become 0.5');
  });
});
