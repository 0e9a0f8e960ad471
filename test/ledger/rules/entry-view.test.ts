import { expect, it } from 'vitest';
import { statusOf } from '../../../shared/awards/rules/reversal.ts';
import { entryView } from '../../../shared/ledger/rules/chain.ts';
import type { EventEntry } from '../../../shared/ledger/rules/entry.ts';
import { event, expiry, happens, newDriver, reversal, spending } from '../../support/steps.ts';

/** What the API shows of an entry: docs/contract.md, "Wallet" and "Volunteer events". */

const at = '2026-03-11T12:00:00+08:00';
const { entries } = [
  event({ eventId: 'paid' }),
  event({ eventId: 'capped', activity: 'report' }),
  event({ eventId: 'more', activity: 'report' }),
  event({ eventId: 'most', activity: 'report' }),
  event({ eventId: 'over', activity: 'report', minutes: 25 }),
  event({ eventId: 'unknown', activity: 'singing' }),
  spending(10, at),
  reversal('paid', at),
  expiry('2027-04-01T00:00:00+08:00'),
].reduce(happens, newDriver());

function shown(entryId: string) {
  const entry = entries.find(one => one.entryId === entryId);
  if (!entry) throw new Error(`${entryId} is not among ${entries.map(one => one.entryId)}`);
  const { prevHash, hash, recordedAt, balance, ...view } = entryView(entry);
  expect([prevHash, hash, recordedAt, balance]).toEqual([
    entry.prevHash,
    entry.hash,
    entry.recordedAt,
    entry.balance,
  ]);
  return view;
}

const ofEvent = { platformId: 'rides', occurredAt: '2026-03-10T12:00:00+08:00' };

it('an award says from which event, by which rules and for which ranking it is', () => {
  expect(shown('award#rides#paid')).toStrictEqual({
    ...{ entryId: 'award#rides#paid', seq: 1, kind: 'award', points: 20, minutes: 60 },
    ...{ ...ofEvent, eventId: 'paid', activity: 'guidance', rulebookVersion: 1, rankingMonth: '2026-03' },
  });
});

it('what was capped or declined says why', () => {
  expect(shown('award#rides#over')).toStrictEqual({
    ...{ entryId: 'award#rides#over', seq: 5, kind: 'award', points: 0, minutes: 25, reason: 'daily-cap' },
    ...{ ...ofEvent, eventId: 'over', activity: 'report', rulebookVersion: 1, rankingMonth: '2026-03' },
  });
  expect(shown('award#rides#unknown')).toMatchObject({
    ...{ kind: 'declined', points: 0, reason: 'activity-unknown', eventId: 'unknown', rulebookVersion: 1 },
  });
});

it('a redemption names itself, and no event, minutes or ranking', () => {
  expect(shown(`redemption#${at}`)).toStrictEqual({
    ...{ entryId: `redemption#${at}`, seq: 7, kind: 'redemption', points: -10, occurredAt: at },
    redemptionId: at,
  });
});

it('a reversal bears the event and the ranking month of what it takes back, and its own reason', () => {
  expect(shown('reversal#rides#paid')).toMatchObject({
    ...{ points: -20, minutes: -60, eventId: 'paid', activity: 'guidance', rankingMonth: '2026-03' },
    reason: 'was not there',
  });
});

it('a receipt says what has become of the event', () => {
  const statusOfEvent = (eventId: string, reversed: boolean) =>
    statusOf(entries.find(one => one.entryId === `award#rides#${eventId}`) as EventEntry, reversed);
  expect(statusOfEvent('paid', false)).toBe('awarded');
  expect(statusOfEvent('paid', true)).toBe('reversed');
  expect(statusOfEvent('over', false)).toBe('capped');
  expect(statusOfEvent('over', true)).toBe('reversed');
  expect(statusOfEvent('unknown', false)).toBe('declined');
});
