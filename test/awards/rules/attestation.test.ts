import { describe, expect, it } from 'vitest';
import {
  type AttestationOutcome,
  decideAttestation,
  hasLapsed,
  outcomeOf,
} from '../../../shared/awards/rules/attestation.ts';
import { asksCaps } from '../../../shared/awards/rules/award.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import type { Entry, PendingEntry } from '../../../shared/ledger/rules/entry.ts';
import { received } from '../../support/events.ts';
import { event, given, happens, newDriver, rulebook, type Step } from '../../support/given.ts';

const rulebooks = [
  rulebook({
    activities: [
      { code: 'guidance', name: 'x', unit: 'hour', points: 20, dailyCap: 80, attested: true },
      { code: 'rescue', name: 'x', unit: 'event', points: 100, attested: true },
      { code: 'report', name: 'x', unit: 'event', points: 5 },
    ],
  }),
];
const occurredAt = '2026-03-10T12:00:00+08:00';
const waiting = (changes: Parameters<typeof event>[0] = {}) => event({ rulebooks, occurredAt, ...changes });
const inTime = '2026-03-24T11:59:59.999+08:00';
const over = '2026-03-24T12:00:00.000+08:00';

/** Somebody says this of the event that waits. */
function attesting(outcome: AttestationOutcome, at = inTime, eventId = 'e-1', monthClosed = false): Step {
  return {
    at,
    decides: driver => {
      const isOurs = (entry: Entry): entry is PendingEntry =>
        entry.kind === 'pending' && entry.eventId === eventId;
      const pending = driver.entries.find(isOurs);
      if (!pending) throw new Error(`${eventId} does not wait`);
      const command = { pending, outcome, rulebooks, monthClosed };
      return decideAttestation(driver.account, command, instantOf(at));
    },
  };
}

describe('an event that must be attested', () => {
  it('waits: it says what it would earn, and earns nothing', () => {
    given()
      .when(waiting({ minutes: 90 }))
      .records({
        kind: 'pending',
        entryId: 'award#rides#e-1',
        wanted: 30,
        granted: 0,
        points: 0,
        minutes: 0,
        claimedMinutes: 90,
        lots: {},
        debt: 0,
        reason: null,
        rankingMonth: null,
        campaignId: null,
        rulebookVersion: 1,
        counterparty: 'issuance#rides',
      })
      .leaving({ balance: 0, minutes: 0, earned: 0, lots: {}, capUse: {}, standings: {}, seq: 1 });
  });

  it('asks the caps once it is attested, and not before', () => {
    const claim = { event: received('e-1', { occurredAt }), rulebooks };
    expect(asksCaps(claim, instantOf(inTime))).toBe(false);
    expect(asksCaps(claim, instantOf(over))).toBe(false);
    expect(asksCaps({ ...claim, confirmed: true }, instantOf(inTime))).toBe(true);
  });

  it('waits only where the activity asks for it', () => {
    given()
      .when(waiting({ activity: 'report' }))
      .records({ kind: 'award', granted: 5 });
  });

  it('says that no minutes were sent', () => {
    given()
      .when(waiting({ activity: 'rescue', minutes: undefined }))
      .records({ kind: 'pending', claimedMinutes: null, wanted: 100 });
  });

  it('is declined for its own reasons first', () => {
    given()
      .when(waiting({ minutes: 1 }))
      .records({ kind: 'declined', reason: 'below-minimum' });
  });

  it('that comes in when nobody can attest it any more is declined at once', () => {
    given()
      .when(waiting({ at: inTime }))
      .records({ kind: 'pending' });
    given()
      .when(waiting({ at: over }))
      .records({
        kind: 'declined',
        entryId: 'award#rides#e-1',
        reason: 'not-attested',
        attestation: 'lapsed',
        wanted: 0,
        granted: 0,
        minutes: 0,
      });
  });
});

describe('an attestation', () => {
  it('lets the event earn what it would if it came in now', () => {
    given(waiting({ minutes: 90 }))
      .when(attesting('confirmed'))
      .records({
        kind: 'award',
        entryId: 'attestation#rides#e-1',
        eventId: 'e-1',
        platformId: 'rides',
        occurredAt,
        points: 30,
        granted: 30,
        wanted: 30,
        minutes: 90,
        rankingMonth: '2026-03',
        lots: { '2026-03': 30 },
      })
      .leaving({ balance: 30, minutes: 90, standings: { '2026-03': { score: 30, minutes: 90 } } });
  });

  it('counts no minutes where none were sent', () => {
    given(waiting({ activity: 'rescue', minutes: undefined }))
      .when(attesting('confirmed'))
      .records({ granted: 100, minutes: 0 });
  });

  it('finds the caps as they are then', () => {
    const first = waiting({ minutes: 180 });
    given(first, waiting({ eventId: 'e-2', minutes: 180 }), attesting('confirmed', inTime, 'e-2'))
      .when(attesting('confirmed'))
      .records({ granted: 20, reason: 'daily-cap' });
  });

  it('gives points and no place where the month is closed by then', () => {
    given(waiting())
      .when(attesting('confirmed', inTime, 'e-1', true))
      .records({ granted: 20, rankingMonth: null });
  });

  it('may say that it did not take place', () => {
    given(waiting({ minutes: 90 }))
      .when(attesting('refused'))
      .records({
        kind: 'declined',
        entryId: 'attestation#rides#e-1',
        platformId: 'rides',
        eventId: 'e-1',
        activity: 'guidance',
        counterparty: 'issuance#rides',
        occurredAt,
        receivedAt: occurredAt,
        rulebookVersion: 1,
        reason: 'not-attested',
        attestation: 'refused',
        points: 0,
        minutes: 0,
        lots: {},
        debt: 0,
        wanted: 0,
        granted: 0,
        campaignId: null,
        rankingMonth: null,
      })
      .leaving({ balance: 0, minutes: 0 });
  });

  it.each(['confirmed', 'refused'] as const)(
    'is %s within 14 days of the service, and not later',
    outcome => {
      given(waiting()).when(attesting(outcome, inTime)).records({ entryId: 'attestation#rides#e-1' });
      given(waiting())
        .when(attesting(outcome, over))
        .isRefused({ refusal: 'attestation-period-over', until: over });
    },
  );
});

describe('the clock', () => {
  it('ends what nobody has attested, at the end of the 14 days and not before', () => {
    given(waiting()).when(attesting('lapsed', over)).records({
      kind: 'declined',
      entryId: 'attestation#rides#e-1',
      reason: 'not-attested',
      attestation: 'lapsed',
    });
    expect(() => given(waiting()).when(attesting('lapsed', inTime))).toThrow('can be attested until');
  });

  it('tells what has lapsed: what waits, once its time is over', () => {
    const { entries } = [waiting(), event({ eventId: 'e-2', activity: 'report', rulebooks })].reduce(
      happens,
      newDriver(),
    );
    const [pending, award] = entries as [Entry, Entry];
    expect(hasLapsed(pending, instantOf(inTime))).toBe(false);
    expect(hasLapsed(pending, instantOf(over))).toBe(true);
    expect(hasLapsed(award, instantOf(over))).toBe(false);
  });

  it.each(['confirmed', 'refused', 'lapsed'] as const)('knows by the entry that it was %s', outcome => {
    const at = outcome === 'lapsed' ? over : inTime;
    const { entries } = [waiting(), attesting(outcome, at)].reduce(happens, newDriver());
    expect(entries.map(outcomeOf).at(-1)).toBe(outcome);
  });
});
