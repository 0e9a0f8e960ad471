import { describe, expect, it } from 'vitest';
import { decideAwards, monthsOver, monthsToHoldOpen } from '../../../shared/awards/rules/award-batch.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { received } from '../../support/events.ts';
import { event, happens, newDriver, rulebook } from '../../support/given.ts';

const march = { occurredAt: '2026-03-31T23:59:59.999+08:00' };
const april = { occurredAt: '2026-03-31T16:00:00Z' };
const turn = instantOf('2026-05-01T00:00:00+08:00');

describe('a month is over', () => {
  it('from the first local instant after it, for the events and for the entries', () => {
    const { entries } = [
      event(march),
      event({ ...april, eventId: 'e-2' }),
      event({ eventId: 'e-3', minutes: 1 }),
    ].reduce(happens, newDriver());
    for (const over of [
      (now: number) => monthsOver([march, april, march], now),
      (now: number) => monthsToHoldOpen(entries, now),
    ]) {
      expect(over(turn - 1)).toEqual(['2026-03']);
      expect(over(turn)).toEqual(['2026-03', '2026-04']);
      expect(over(instantOf(april.occurredAt) - 1)).toEqual([]);
    }
  });
});

describe('a batch', () => {
  const { account } = newDriver();
  const decided = (closedMonths: string[], ...events: Parameters<typeof received>[1][]) =>
    decideAwards(
      account,
      events.map((changes, number) => received(`e-${number}`, changes)),
      { rulebooks: [rulebook()], capUse: account.capUse, closedMonths: new Set(closedMonths) },
      turn,
      sha256,
    ).entries.map(entry => ('granted' in entry ? [entry.granted, entry.rankingMonth] : entry.kind));

  it('counts for no month that is closed, by local time', () => {
    expect(decided(['2026-04'], march, april)).toEqual([
      [20, '2026-03'],
      [20, null],
    ]);
    expect(decided(['2026-03'], march, april)).toEqual([
      [20, null],
      [20, '2026-04'],
    ]);
  });

  it('uses up the caps as it goes along', () => {
    const hours = { ...march, minutes: 180 };
    expect(decided([], hours, hours, hours)).toEqual([
      [60, '2026-03'],
      [20, '2026-03'],
      [0, '2026-03'],
    ]);
  });
});
