import type { Refusal } from '../../kernel/refusal.ts';
import { type Instant, toLocalIso } from '../../kernel/time.ts';
import type { Account } from '../../ledger/rules/account.ts';
import {
  type DeclinedEntry,
  type Draft,
  type Entry,
  entryIds,
  type PendingEntry,
} from '../../ledger/rules/entry.ts';
import { attestableUntil, decideAward } from './award.ts';
import type { Rulebook } from './rulebook.ts';

/** How an event that waited for somebody's word ended: with a word, or with none in time. */
export type AttestationOutcome = 'confirmed' | 'refused' | 'lapsed';

export interface AttestCommand {
  readonly pending: PendingEntry;
  readonly outcome: AttestationOutcome;
  readonly rulebooks: readonly Rulebook[];
  /** Whether the ranking of the month of `occurredAt` is frozen. */
  readonly monthClosed: boolean;
}

/**
 * Ends a pending event. Confirmed, it earns what it would earn if it came in now, by the rules of the day on which it
 * happened: the caps are what is left of them, and the ranking month is none where that is frozen.
 */
export function decideAttestation(
  account: Account,
  { pending, outcome, rulebooks, monthClosed }: AttestCommand,
  now: Instant,
): Draft[] | Refusal<'attestation-period-over'> {
  const until = attestableUntil(pending.occurredAt);
  const isOver = now >= until;
  if (outcome === 'lapsed') {
    if (!isOver) throw new Error(`${pending.entryId} can be attested until ${toLocalIso(until)}`);
    return [notAttested(pending, outcome)];
  }
  if (isOver) return { refusal: 'attestation-period-over', until: toLocalIso(until) };
  if (outcome === 'refused') return [notAttested(pending, outcome)];
  const { claimedMinutes, ...facts } = pending;
  const event = { ...facts, minutes: claimedMinutes ?? undefined };
  return decideAward(account, { event, rulebooks, monthClosed, confirmed: true }, now);
}

/** The outcome that an entry under the attestation's name stands for. */
export function outcomeOf(entry: Entry): AttestationOutcome {
  return (entry.kind === 'declined' ? entry.attestation : undefined) ?? 'confirmed';
}

/** Whether a pending event can only decline any more, though no entry says so yet. */
export function hasLapsed(entry: Entry, now: Instant): boolean {
  return entry.kind === 'pending' && now >= attestableUntil(entry.occurredAt);
}

function notAttested(pending: PendingEntry, attestation: 'refused' | 'lapsed'): Draft<DeclinedEntry> {
  const { platformId, eventId, activity, counterparty, occurredAt, receivedAt } = pending;
  return {
    kind: 'declined',
    entryId: entryIds.attestation(platformId, eventId),
    platformId,
    eventId,
    activity,
    counterparty,
    occurredAt,
    receivedAt,
    rulebookVersion: pending.rulebookVersion,
    fingerprint: pending.fingerprint,
    points: 0,
    minutes: 0,
    lots: {},
    debt: 0,
    reason: 'not-attested',
    attestation,
    wanted: 0,
    granted: 0,
    campaignId: null,
    rankingMonth: null,
  };
}
