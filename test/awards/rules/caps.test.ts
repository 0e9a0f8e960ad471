import { describe, it } from 'vitest';
import { event, given, reversal, rulebook } from '../../support/given.ts';

const rescue = (eventId: string, day: string) =>
  event({ eventId, activity: 'rescue', occurredAt: `${day}T12:00:00+08:00` });

describe('the daily cap', () => {
  const morning = event({ eventId: 'e-1', minutes: 180, occurredAt: '2026-03-10T09:00:00+08:00' });
  const evening = { eventId: 'e-2', minutes: 90, occurredAt: '2026-03-10T20:00:00+08:00' };

  it('takes points away, never hours', () => {
    given(morning)
      .when(event(evening))
      .records({ kind: 'award', wanted: 30, granted: 20, points: 20, minutes: 90, reason: 'daily-cap' })
      .leaving({ balance: 80, minutes: 270 });
  });

  it('leaves a capped event with its hours and nothing else', () => {
    given(morning, event(evening))
      .when(event({ ...evening, eventId: 'e-3' }))
      .records({
        kind: 'award',
        wanted: 30,
        granted: 0,
        points: 0,
        minutes: 90,
        lots: {},
        reason: 'daily-cap',
        rankingMonth: '2026-03',
      })
      .leaving({ balance: 80, minutes: 360, standings: { '2026-03': { score: 80, minutes: 360 } } });
  });

  it('is not touched by what just fills it', () => {
    given(morning)
      .when(event({ ...evening, minutes: 60 }))
      .records({ granted: 20, reason: null });
  });

  it('is each activity’s own', () => {
    given(morning, event(evening))
      .when(event({ activity: 'report' }))
      .records({ granted: 5, reason: null });
  });

  it.each([
    ['begins anew at midnight in Shanghai', '2026-03-11T00:00:00+08:00', 20],
    ['holds until the last millisecond before', '2026-03-10T23:59:59.999+08:00', 0],
    ['knows the local day of a time in UTC', '2026-03-10T15:59:59Z', 0],
    ['knows the next local day in UTC', '2026-03-10T16:00:00Z', 20],
    ['knows the local day of a time from New York', '2026-03-10T11:30:00-05:00', 20],
    ['knows the day before by an offset', '2026-03-09T11:00:00-05:00', 0],
  ])('%s', (_, occurredAt, granted) => {
    given(morning, event(evening))
      .when(event({ eventId: 'e-3', occurredAt }))
      .records({ granted });
  });

  it('is that of the event’s own rulebook, over what any rulebook granted on that day', () => {
    const strict = rulebook({
      version: 2,
      effectiveFrom: '2026-03-10T12:00:00+08:00',
      activities: [{ code: 'guidance', name: 'x', unit: 'hour', points: 20, dailyCap: 70 }],
    });
    const rulebooks = [rulebook(), strict];
    given(event({ minutes: 180, occurredAt: '2026-03-10T09:00:00+08:00', rulebooks }))
      .when(event({ ...evening, rulebooks }))
      .records({ rulebookVersion: 2, granted: 10, reason: 'daily-cap' });
    given(event({ minutes: 240, occurredAt: '2026-03-10T09:00:00+08:00', rulebooks }))
      .when(event({ ...evening, rulebooks }))
      .records({ granted: 0, reason: 'daily-cap' });
  });
});

describe('the monthly cap', () => {
  const three = [rescue('e-1', '2026-03-02'), rescue('e-2', '2026-03-03'), rescue('e-3', '2026-03-04')];

  it('counts all activities together', () => {
    given(rescue('e-1', '2026-03-02'), rescue('e-2', '2026-03-03'), event({ minutes: 120 }))
      .when(rescue('e-4', '2026-03-31'))
      .records({ wanted: 100, granted: 60, reason: 'monthly-cap' });
    given(...three)
      .when(event())
      .records({ granted: 0, minutes: 60, reason: 'monthly-cap' });
  });

  it('is that of the local month of the service', () => {
    given(...three)
      .when(event({ occurredAt: '2026-03-31T23:59:59.999+08:00' }))
      .records({ granted: 0 });
    given(...three)
      .when(event({ occurredAt: '2026-03-31T16:00:00Z' }))
      .records({ granted: 20, rankingMonth: '2026-04' });
    given(...three)
      .when(event({ occurredAt: '2026-02-28T23:59:59.999+08:00' }))
      .records({ granted: 20, rankingMonth: '2026-02' });
  });

  it('is named where it leaves less than the daily cap', () => {
    given(
      ...three.slice(0, 2),
      event({ minutes: 210 }),
      event({ eventId: 'e-5', activity: 'report', occurredAt: '2026-03-11T12:00:00+08:00' }),
    )
      .when(event({ eventId: 'e-6', minutes: 120 }))
      .records({ granted: 10, reason: 'daily-cap' });
    given(
      ...three.slice(0, 2),
      event({ eventId: 'e-5', minutes: 240, occurredAt: '2026-03-11T12:00:00+08:00' }),
    )
      .when(event({ eventId: 'e-6', minutes: 120 }))
      .records({ granted: 20, reason: 'monthly-cap' });
  });

  it('is not named where both leave the same: the daily one is', () => {
    given(
      ...three.slice(0, 2),
      event({ minutes: 180 }),
      event({ eventId: 'e-5', minutes: 60, occurredAt: '2026-03-11T12:00:00+08:00' }),
    )
      .when(event({ eventId: 'e-6', minutes: 120 }))
      .records({ granted: 20, reason: 'daily-cap' });
    given(
      ...three.slice(0, 2),
      event({ minutes: 240 }),
      event({ eventId: 'e-5', minutes: 60, occurredAt: '2026-03-11T12:00:00+08:00' }),
    )
      .when(event({ eventId: 'e-6', minutes: 120 }))
      .records({ granted: 0, reason: 'daily-cap' });
  });
});

describe('a reversal', () => {
  it('gives no room back', () => {
    given(event({ minutes: 240 }), reversal('e-1', '2026-03-10T13:00:00+08:00'))
      .when(event({ eventId: 'e-2' }))
      .records({ granted: 0, minutes: 60, reason: 'daily-cap' });
  });
});
