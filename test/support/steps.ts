import { decideAward } from '../../shared/awards/rules/award.ts';
import { decideReversal } from '../../shared/awards/rules/reversal.ts';
import type { Rulebook } from '../../shared/awards/rules/rulebook.ts';
import { sha256 } from '../../shared/kernel/digest.ts';
import { isRefusal, type Refusal } from '../../shared/kernel/refusal.ts';
import { type Instant, instantOf } from '../../shared/kernel/time.ts';
import { type Account, newAccount } from '../../shared/ledger/rules/account.ts';
import { append, chainStart } from '../../shared/ledger/rules/chain.ts';
import type { Draft, Entry, EventEntry } from '../../shared/ledger/rules/entry.ts';
import { decideExpiry } from '../../shared/ledger/rules/expiry.ts';
import { monthsOf, negated, take, unexpired } from '../../shared/ledger/rules/lots.ts';

export interface Driver {
  readonly account: Account;
  readonly entries: readonly Entry[];
}

export function newDriver(driverId = 'd-1'): Driver {
  return { account: newAccount(driverId, chainStart(driverId, sha256)), entries: [] };
}

/** Something that happens to a driver, at a time. */
export interface Step {
  readonly at: string;
  readonly decides: (driver: Driver) => Draft[] | Refusal;
}

export function happens(driver: Driver, step: Step): Driver {
  const drafts = step.decides(driver);
  if (isRefusal(drafts)) throw new Error(`refused: ${drafts.refusal}`);
  const { account, entries } = append(driver.account, drafts, instantOf(step.at), sha256);
  return { account, entries: [...driver.entries, ...entries] };
}

interface EventStep {
  readonly eventId: string;
  readonly activity: string;
  readonly occurredAt: string;
  readonly minutes?: number;
  /** When it came in; at the same time as it happened unless said. */
  readonly receivedAt: string;
  /** When it is decided; at once unless said. */
  readonly at: string;
  readonly rulebooks: readonly Rulebook[];
  readonly monthClosed: boolean;
}

/** A volunteer event: one hour of traffic guidance at noon of 10 March unless it says otherwise. */
export function event(changes: Partial<EventStep> = {}): Step {
  const occurredAt = changes.occurredAt ?? '2026-03-10T12:00:00+08:00';
  const receivedAt = changes.receivedAt ?? occurredAt;
  const step: EventStep = {
    eventId: 'e-1',
    activity: 'guidance',
    minutes: 60,
    at: receivedAt,
    rulebooks: [rulebook()],
    monthClosed: false,
    ...changes,
    occurredAt,
    receivedAt,
  };
  const { eventId, activity, minutes, rulebooks, monthClosed } = step;
  const command = {
    event: {
      platformId: 'rides',
      driverId: 'd-1',
      eventId,
      activity,
      occurredAt,
      receivedAt,
      minutes,
      fingerprint: sha256(eventId),
    },
    rulebooks,
    monthClosed,
  };
  return decided((account, now) => decideAward(account, command, now), step.at);
}

/** An event that was worked on before is taken back. */
export function reversal(eventId: string, at: string): Step {
  return {
    at,
    decides: driver => {
      const award = driver.entries.find(
        (entry): entry is EventEntry =>
          (entry.kind === 'award' || entry.kind === 'declined') && entry.eventId === eventId,
      );
      if (!award) throw new Error(`there is no event ${eventId}`);
      return decideReversal(driver.account, { award, reason: 'was not there' }, instantOf(at));
    },
  };
}

/** What has expired by the clock is written down. */
export function expiry(at: string): Step {
  return decided(decideExpiry, at);
}

/** A step that makes this decision at this time. */
export function decided(decide: (account: Account, now: Instant) => Draft[] | Refusal, at: string): Step {
  return { at, decides: ({ account }) => decide(account, instantOf(at)) };
}

/** Points go for a reward, oldest first. */
export function spending(points: number, at: string): Step {
  return {
    at,
    decides: ({ account: { lots } }) => [
      {
        kind: 'redemption',
        entryId: `redemption#${at}`,
        redemptionId: at,
        rewardId: 'cup',
        points: -points,
        minutes: 0,
        lots: negated(take(lots, monthsOf(unexpired(lots, instantOf(at))), points).taken),
        debt: 0,
        counterparty: 'reward#cup',
        reason: null,
        occurredAt: at,
      },
    ],
  };
}

/** In force from January 2026. By the hour, by the act, and without a daily cap. */
export function rulebook(changes: Partial<Rulebook> = {}): Rulebook {
  return {
    version: 1,
    effectiveFrom: '2026-01-01T00:00:00+08:00',
    monthlyCap: 300,
    activities: [
      { code: 'guidance', name: '交通文明劝导', unit: 'hour', points: 20, dailyCap: 80 },
      { code: 'report', name: '随手拍', unit: 'event', points: 5, dailyCap: 12 },
      { code: 'rescue', name: '应急救援', unit: 'event', points: 100 },
    ],
    campaigns: [],
    ...changes,
  };
}
