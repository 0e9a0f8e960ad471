import type { Sha256 } from '../../kernel/canonical.ts';
import { addMonths, type Instant, instantOf, type Month, monthOf, startOfMonth } from '../../kernel/time.ts';
import { type Account, capUseAfter } from '../../ledger/rules/account.ts';
import { type Appended, append } from '../../ledger/rules/chain.ts';
import { type Entry, type EventEntry, entryIds, isEventEntry } from '../../ledger/rules/entry.ts';
import { decideAward, type VolunteerEvent } from './award.ts';
import type { Rulebook } from './rulebook.ts';

/** What became of one event of a batch. */
export type AwardOutcome =
  | { readonly what: 'recorded'; readonly entry: EventEntry }
  | { readonly what: 'repeat' | 'conflict' };

/** The facts that award decisions need besides the account and the events. */
export interface AwardFacts {
  readonly rulebooks: readonly Rulebook[];
  /** Complete for all months of the events that ask for caps. */
  readonly capUse: Account['capUse'];
  /** Months whose ranking is frozen. */
  readonly closedMonths: ReadonlySet<Month>;
}

/** The entryId that an event's first entry has or will have. */
export function entryIdOf({ platformId, eventId }: VolunteerEvent): string {
  return entryIds.event(platformId, eventId);
}

/** The events that have no entry yet; of several events under one name, the first. */
export function withoutRepeats<Event extends VolunteerEvent>(
  events: readonly Event[],
  known: ReadonlyMap<string, Entry>,
): Event[] {
  return events.filter((event, index) => isFirstOfItsName(events, index) && !known.has(entryIdOf(event)));
}

/**
 * Decides one event after the other. It carries cap use beside the account, because the account drops old months with
 * each entry, and the next event of such a month would start with unused caps.
 */
export function decideAwards(
  account: Account,
  events: readonly VolunteerEvent[],
  { rulebooks, capUse, closedMonths }: AwardFacts,
  now: Instant,
  sha256: Sha256,
): Appended {
  return events.reduce<Appended & { readonly capUse: Account['capUse'] }>(
    (before, event) => {
      const monthClosed = closedMonths.has(monthOf(instantOf(event.occurredAt)));
      const withCapUse = { ...before.account, capUse: before.capUse };
      const drafts = decideAward(withCapUse, { event, rulebooks, monthClosed }, now);
      const next = append(before.account, drafts, now, sha256);
      return {
        account: next.account,
        entries: [...before.entries, ...next.entries],
        capUse: next.entries.reduce(capUseAfter, before.capUse),
      };
    },
    { account, entries: [], capUse },
  );
}

/**
 * Returns one outcome for each event, in the same order.
 *
 * @param known entries that existed before this batch
 * @param written entries of this batch
 */
export function outcomesOf(
  events: readonly VolunteerEvent[],
  known: ReadonlyMap<string, Entry>,
  written: readonly Entry[],
): AwardOutcome[] {
  const writtenById = new Map(written.map(entry => [entry.entryId, entry]));
  return events.map((event, index) => {
    const entryId = entryIdOf(event);
    const entry = known.get(entryId) ?? writtenById.get(entryId);
    if (!isEventEntry(entry)) throw new Error(`${entryId} is neither known nor written`);
    if (writtenById.has(entryId) && isFirstOfItsName(events, index)) return { what: 'recorded', entry };
    return { what: entry.fingerprint === event.fingerprint ? 'repeat' : 'conflict' };
  });
}

/** Months of the events that are over, so that their ranking may be frozen. */
export function monthsOver(events: readonly Pick<VolunteerEvent, 'occurredAt'>[], now: Instant): Month[] {
  const months = new Set(events.map(event => monthOf(instantOf(event.occurredAt))));
  return [...months].filter(month => isOver(month, now));
}

/** Past months that the entries count for. The commit must find them still open. */
export function monthsToHoldOpen(entries: readonly Entry[], now: Instant): Month[] {
  const months = entries.flatMap(entry =>
    entry.kind === 'award' && entry.rankingMonth ? [entry.rankingMonth] : [],
  );
  return [...new Set(months)].filter(month => isOver(month, now));
}

function isOver(month: Month, now: Instant): boolean {
  return startOfMonth(addMonths(month, 1)) <= now;
}

function isFirstOfItsName(events: readonly VolunteerEvent[], index: number): boolean {
  const event = events[index];
  return event !== undefined && events.findIndex(other => entryIdOf(other) === entryIdOf(event)) === index;
}
