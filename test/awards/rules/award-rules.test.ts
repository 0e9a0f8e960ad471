import { describe, it } from 'vitest';
import type { Campaign } from '../../../shared/awards/rules/rulebook.ts';
import { event, given, rulebook } from '../../support/given.ts';

/** docs/contract.md, "How an event earns points", rules 1, 2 and 5: one test for each sentence. */

describe('the rulebook in force', () => {
  const second = rulebook({ version: 2, effectiveFrom: '2026-03-15T00:00:00+08:00' });
  const rulebooks = [second, rulebook()];

  it.each([
    ['its first millisecond', '2026-03-15T00:00:00.000+08:00', 2],
    ['the millisecond before', '2026-03-14T23:59:59.999+08:00', 1],
    ['the same instant in another offset', '2026-03-14T11:00:00-05:00', 2],
    ['a millisecond before it in UTC', '2026-03-14T15:59:59.999Z', 1],
  ])('is the latest that is effective: %s', (_, occurredAt, rulebookVersion) => {
    given().when(event({ occurredAt, rulebooks })).records({ kind: 'award', rulebookVersion });
  });

  it('declines what happened before the first of them', () => {
    given()
      .when(event({ occurredAt: '2025-12-31T23:59:59.999+08:00', rulebooks }))
      .records({ kind: 'declined', reason: 'no-rulebook', rulebookVersion: null, points: 0, minutes: 0 });
  });

  it('is that of the service, however late the event is decided', () => {
    given()
      .when(event({ occurredAt: '2026-03-14T12:00:00+08:00', at: '2026-03-20T12:00:00+08:00', rulebooks }))
      .records({ rulebookVersion: 1 });
  });
});

describe('an event is declined', () => {
  it('for an activity that the rulebook does not know', () => {
    given()
      .when(event({ activity: 'singing' }))
      .records({ kind: 'declined', reason: 'activity-unknown', rulebookVersion: 1, wanted: 0, granted: 0 });
  });

  it('for an activity named like what every object has', () => {
    for (const activity of ['constructor', '__proto__', 'toString']) {
      given().when(event({ activity })).records({ kind: 'declined', reason: 'activity-unknown' });
    }
  });

  const occurredAt = '2026-01-10T12:00:00.000+08:00';

  it('a millisecond more than 60 × 24 h after it happened', () => {
    given()
      .when(event({ occurredAt, receivedAt: '2026-03-11T12:00:00.001+08:00' }))
      .records({ kind: 'declined', reason: 'too-late' });
  });

  it('not at 60 × 24 h', () => {
    given()
      .when(event({ occurredAt, receivedAt: '2026-03-11T12:00:00.000+08:00' }))
      .records({ kind: 'award' });
  });

  it('by the time it was received, not by that at which it is decided', () => {
    given()
      .when(event({ occurredAt, receivedAt: '2026-03-11T12:00:00+08:00', at: '2026-03-20T12:00:00+08:00' }))
      .records({ kind: 'award' });
  });

  it('without minutes, where it is paid by the hour', () => {
    given()
      .when(event({ minutes: undefined }))
      .records({ kind: 'declined', reason: 'minutes-missing' });
    given()
      .when(event({ activity: 'report', minutes: undefined }))
      .records({ kind: 'award', minutes: 0 });
  });

  it('where it comes to less than a point', () => {
    given()
      .when(event({ minutes: 2 }))
      .records({ kind: 'declined', reason: 'below-minimum', minutes: 0 });
    given()
      .when(event({ minutes: 3 }))
      .records({ kind: 'award', granted: 1 });
  });

  it('for the first reason in the order of the contract', () => {
    const late = { occurredAt, receivedAt: '2026-06-01T00:00:00+08:00' };
    given()
      .when(event({ ...late, activity: 'singing' }))
      .records({ reason: 'activity-unknown' });
    given()
      .when(event({ ...late, minutes: undefined }))
      .records({ reason: 'too-late' });
    given()
      .when(event({ ...late, rulebooks: [] }))
      .records({ reason: 'no-rulebook' });
  });
});

describe('what an event is worth', () => {
  it.each([
    [1, 20, 'below-minimum'],
    [89, 20, 29],
    [90, 20, 30],
    [59, 1, 'below-minimum'],
    [60, 1, 1],
    [119, 1, 1],
    [1440, 7, 168],
  ])('by the hour is rounded down: %i minutes at %i', (minutes, points, worth) => {
    const activities = [{ code: 'guidance', name: 'x', unit: 'hour' as const, points }];
    given()
      .when(event({ minutes, rulebooks: [rulebook({ activities })] }))
      .records(
        typeof worth === 'number' ? { wanted: worth, granted: worth, reason: null } : { reason: worth },
      );
  });

  it('by the act hangs on no minutes', () => {
    given()
      .when(event({ activity: 'report', minutes: 600 }))
      .records({ granted: 5, minutes: 600 });
  });

  const spring: Campaign = {
    id: 'spring',
    name: '春运返程',
    from: '2026-03-01T00:00:00+08:00',
    to: '2026-03-06T00:00:00+08:00',
    multiplierPercent: 150,
    activities: ['guidance'],
  };
  const leifeng = { ...spring, id: 'leifeng', from: '2026-03-05T00:00:00+08:00', multiplierPercent: 200 };
  const rulebooks = [rulebook({ campaigns: [spring, leifeng, { ...leifeng, id: 'twin' }] })];

  it.each([
    ['the millisecond before a campaign', '2026-02-28T23:59:59.999+08:00', null, 20],
    ['its first millisecond', '2026-03-01T00:00:00.000+08:00', 'spring', 30],
    ['the best of two, never both', '2026-03-05T00:00:00.000+08:00', 'leifeng', 40],
    ['its last millisecond', '2026-03-05T23:59:59.999+08:00', 'leifeng', 40],
    ['its end, which is outside', '2026-03-06T00:00:00.000+08:00', null, 20],
    ['its end, written in UTC', '2026-03-05T16:00:00Z', null, 20],
  ])('is multiplied by one campaign: %s', (_, occurredAt, campaignId, wanted) => {
    given().when(event({ occurredAt, rulebooks })).records({ campaignId, wanted, granted: wanted });
  });

  it('is multiplied only for the activities that the campaign names', () => {
    given()
      .when(event({ activity: 'report', occurredAt: '2026-03-05T12:00:00+08:00', rulebooks }))
      .records({ campaignId: null, wanted: 5 });
  });

  it('is rounded down twice: by the hour, and after the campaign', () => {
    given()
      .when(event({ minutes: 5, occurredAt: '2026-03-02T12:00:00+08:00', rulebooks }))
      .records({ wanted: 1, campaignId: 'spring' });
  });

  it('may be less than a point after a campaign, and is declined then', () => {
    const tenth = { ...spring, multiplierPercent: 10 };
    given()
      .when(
        event({
          minutes: 27,
          occurredAt: '2026-03-02T12:00:00+08:00',
          rulebooks: [rulebook({ campaigns: [tenth] })],
        }),
      )
      .records({ kind: 'declined', reason: 'below-minimum', campaignId: null });
  });
});
