import { own } from '../../kernel/own.ts';
import { dayMs, dayOf, type Instant, instantOf, monthOf } from '../../kernel/time.ts';
import { type Account, type CapUse, keepsCapUse } from '../../ledger/rules/account.ts';
import { credited } from '../../ledger/rules/credit.ts';
import {
  type AwardEntry,
  type DeclinedEntry,
  type DeclinedReason,
  type Draft,
  entryIds,
  type PendingEntry,
} from '../../ledger/rules/entry.ts';
import { type Activity, bestCampaign, type Rulebook, rulebookInForce } from './rulebook.ts';

/** A volunteer event as a platform sent it, validated, with what was stamped on it when it came in. */
export interface VolunteerEvent {
  readonly platformId: string;
  readonly eventId: string;
  readonly driverId: string;
  readonly activity: string;
  /** ISO 8601 as sent. */
  readonly occurredAt: string;
  readonly minutes?: number | undefined;
  /** ISO 8601, local. */
  readonly receivedAt: string;
  readonly fingerprint: string;
}

/** All that says what an event is worth before any cap. */
export interface Claim {
  readonly event: VolunteerEvent;
  readonly rulebooks: readonly Rulebook[];
  /** Somebody has attested it, where the activity asks for that; it is then recorded under the attestation's name. */
  readonly confirmed?: true;
}

export interface AwardCommand extends Claim {
  /** Whether the ranking of the month of `occurredAt` is frozen. */
  readonly monthClosed: boolean;
}

/** An event can be attested until this long after it happened. */
const attestationAgeMaxMs = 14 * dayMs;

export function attestableUntil(occurredAt: string): Instant {
  return instantOf(occurredAt) + attestationAgeMaxMs;
}

/** Older than this when it was received, an event earns nothing. */
export const eventAgeMaxMs = 60 * dayMs;

/** What a volunteer event earns: an award (0 points where a cap leaves nothing), or why it earns nothing. */
export function decideAward(account: Account, command: AwardCommand, now: Instant): Draft[] {
  const worth = worthOf(command, now);
  if ('kind' in worth) return [worth];
  const { facts, rulebook, activity } = worth;
  const { wanted } = facts;
  const { event } = command;
  const occurred = instantOf(event.occurredAt);
  const room = capRoom(account, rulebook, activity, occurred);
  const granted = Math.min(wanted, room.daily, room.monthly);
  const month = monthOf(occurred);
  const award: Draft<AwardEntry> = {
    ...facts,
    kind: 'award',
    points: granted,
    minutes: event.minutes ?? 0,
    lots: { [month]: granted },
    debt: 0,
    reason: granted === wanted ? null : room.daily <= room.monthly ? 'daily-cap' : 'monthly-cap',
    granted,
    rankingMonth: command.monthClosed ? null : month,
  };
  return credited(account, award, now);
}

/** Whether the caps have a say in what it earns, and so what was granted before. */
export function asksCaps(claim: Claim, now: Instant): boolean {
  return !('kind' in worthOf(claim, now));
}

/** What the caps are asked about; where it earns nothing, or nothing yet, what is recorded of it instead. */
function worthOf(claim: Claim, now: Instant) {
  const { event, rulebooks } = claim;
  const occurred = instantOf(event.occurredAt);
  const rulebook = rulebookInForce(rulebooks, occurred);
  if (!rulebook) return declined(claim, 'no-rulebook', null);

  const activity = rulebook.activities.find(({ code }) => code === event.activity);
  if (!activity) return declined(claim, 'activity-unknown', rulebook);
  if (instantOf(event.receivedAt) - occurred > eventAgeMaxMs) return declined(claim, 'too-late', rulebook);
  if (activity.unit === 'hour' && event.minutes === undefined) {
    return declined(claim, 'minutes-missing', rulebook);
  }

  const campaign = bestCampaign(rulebook, activity.code, occurred);
  const wanted = Math.floor((basePoints(activity, event) * (campaign?.multiplierPercent ?? 100)) / 100);
  if (wanted === 0) return declined(claim, 'below-minimum', rulebook);

  const facts = { ...eventFacts(claim, rulebook), wanted, campaignId: campaign?.id ?? null };
  if (activity.attested && !claim.confirmed) {
    const isLate = now >= attestableUntil(event.occurredAt);
    return isLate ? lapsed(claim, rulebook) : pending(event, facts);
  }
  return { facts, rulebook, activity };
}

/** ⌊points × minutes ÷ 60⌋ by the hour, the points themselves by the event. */
function basePoints(activity: Activity, event: VolunteerEvent): number {
  return activity.unit === 'event'
    ? activity.points
    : Math.floor((activity.points * (event.minutes ?? 0)) / 60);
}

/** What the caps leave, by what was granted before on that local day and in that local month. */
function capRoom(account: Account, rulebook: Rulebook, activity: Activity, occurred: Instant) {
  const day = dayOf(occurred);
  const month = monthOf(occurred);
  const used = account.capUse[month] ?? {};
  const usedOnDay = own(used, activity.code)?.[day.slice(8)] ?? 0;
  return {
    daily:
      activity.dailyCap === undefined ? Number.POSITIVE_INFINITY : Math.max(0, activity.dailyCap - usedOnDay),
    monthly: Math.max(0, rulebook.monthlyCap - pointsOf(used)),
  };
}

function pointsOf(use: CapUse): number {
  return Object.values(use)
    .flatMap(days => Object.values(days))
    .reduce((sum, points) => sum + points, 0);
}

/** Whether the account still knows how far the caps of the event's month are used. */
export function knowsCapUse(account: Account, { occurredAt }: Pick<VolunteerEvent, 'occurredAt'>): boolean {
  return account.seq === 0 || keepsCapUse(account.latestMonth, monthOf(instantOf(occurredAt)));
}

/** What it will earn is seen by its `wanted`; so far it counts for nothing, caps included. */
function pending(
  { minutes }: VolunteerEvent,
  facts: ReturnType<typeof eventFacts> & Pick<PendingEntry, 'wanted' | 'campaignId'>,
): Draft<PendingEntry> {
  return {
    ...facts,
    kind: 'pending',
    points: 0,
    minutes: 0,
    lots: {},
    debt: 0,
    reason: null,
    granted: 0,
    rankingMonth: null,
    claimedMinutes: minutes ?? null,
  };
}

/** It came in when nobody could attest it any more. */
function lapsed(claim: Claim, rulebook: Rulebook): Draft<DeclinedEntry> {
  return { ...declined(claim, 'not-attested', rulebook), attestation: 'lapsed' };
}

function declined(claim: Claim, reason: DeclinedReason, rulebook: Rulebook | null): Draft<DeclinedEntry> {
  return {
    ...eventFacts(claim, rulebook),
    kind: 'declined',
    points: 0,
    minutes: 0,
    lots: {},
    debt: 0,
    reason,
    wanted: 0,
    granted: 0,
    campaignId: null,
    rankingMonth: null,
  };
}

function eventFacts({ event, confirmed }: Claim, rulebook: Rulebook | null) {
  const name = confirmed ? entryIds.attestation : entryIds.event;
  return {
    entryId: name(event.platformId, event.eventId),
    platformId: event.platformId,
    eventId: event.eventId,
    activity: event.activity,
    counterparty: `issuance#${event.platformId}`,
    occurredAt: event.occurredAt,
    receivedAt: event.receivedAt,
    rulebookVersion: rulebook?.version ?? null,
    fingerprint: event.fingerprint,
  };
}
