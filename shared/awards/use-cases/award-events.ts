import type { Database } from '../../dynamo/client.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import { type Instant, instantOf } from '../../kernel/time.ts';
import type { Account } from '../../ledger/rules/account.ts';
import { type Entry, type EventEntry, entryIds, type PendingEntry } from '../../ledger/rules/entry.ts';
import type { Loaded } from '../../ledger/store/ledger.ts';
import { changeAccount, type Plan } from '../../ledger/use-cases/change-account.ts';
import { enrolment, readProfile } from '../../people/store/profiles.ts';
import { settleOverdueOf } from '../../redemptions/use-cases/expire.ts';
import { asksCaps, type VolunteerEvent } from '../rules/award.ts';
import { awaitAttestation } from '../store/attestations.ts';
import { recordConflict } from '../store/conflicts.ts';
import { forgetEvidence, keepEvidence } from '../store/evidence.ts';
import type { RulebooksFor } from '../store/rulebook-cache.ts';
import { capUseFor, decideAll, monthsOver, monthsToHoldOpen } from './decide-events.ts';

/** An event with what was sent as proof, which the rules do not look at. */
export interface ReceivedEvent extends VolunteerEvent {
  readonly evidence?: readonly string[] | undefined;
  readonly district?: string | undefined;
  readonly station?: string | undefined;
}

export type AwardOutcome =
  | { readonly what: 'recorded'; readonly entry: EventEntry }
  | { readonly what: 'repeat' | 'conflict' };

export interface AwardPorts {
  readonly database: Database;
  readonly rulebooksFor: RulebooksFor;
  readonly now: () => Instant;
}

/**
 * In one transaction: the entries, each with an expiry or an attestation of its own at worst, the account, the profile of
 * somebody new, and a month or two.
 */
export const eventsPerTransactionMax = 40;

/**
 * Awards events of one driver, in the order given, in one transaction.
 *
 * @param events at most `eventsPerTransactionMax`; a name may come more than once
 * @returns an outcome an event, in the same order; all are recorded or, where this throws, none is
 */
export async function awardEvents(
  ports: AwardPorts,
  driverId: string,
  events: readonly ReceivedEvent[],
): Promise<AwardOutcome[]> {
  const outcomes = await changeAccount<AwardOutcome[]>(ports.database, ports.now, {
    driverId,
    entryIds: [...new Set(events.map(nameOf))],
    months: now => monthsOver(events, now),
    plan: (loaded, now) => planAwards(ports, events, loaded, now),
  });
  await recordConflicts(ports.database, events, outcomes);
  return outcomes;
}

async function planAwards(
  ports: AwardPorts,
  events: readonly ReceivedEvent[],
  loaded: Loaded,
  now: Instant,
): Promise<Plan<AwardOutcome[]>> {
  const fresh = events.filter(
    (event, index) => isFirstOfItsName(events, index) && !loaded.entries.has(nameOf(event)),
  );
  if (fresh.length === 0) return { kind: 'nothing', result: outcomesOf(events, loaded.entries, []) };

  const { account } = loaded.record;
  // Where there is something to settle, this attempt is stale afterwards, and the next one finds the debt paid.
  if (account.debt > 0) await settleOverdueOf(ports, account.driverId);
  await keepProofs(ports, account.driverId, fresh, now);
  const latest = Math.max(...fresh.map(event => instantOf(event.occurredAt)));
  const rulebooks = await ports.rulebooksFor(latest);
  // What is only declined has no history read for it: what comes too late is what lies in forgotten months.
  const capped = fresh.filter(event => asksCaps({ event, rulebooks }, now));
  const capUse = await capUseFor(ports.database, account, capped);
  const appended = decideAll(account, capUse, fresh, rulebooks, loaded.closedMonths, now);
  return {
    kind: 'write',
    appended,
    openMonths: monthsToHoldOpen(appended.entries, now),
    besides: [
      ...(await enrolling(ports.database, account, fresh)),
      ...appended.entries.filter(isPending).map(entry => awaitAttestation(ports.database, entry)),
    ],
    result: outcomesOf(events, loaded.entries, appended.entries),
  };
}

/** With the first entry of a driver whom nobody has registered goes a profile: of the platform whose event it is. */
async function enrolling(
  database: Database,
  { driverId, seq }: Account,
  [first]: readonly ReceivedEvent[],
): Promise<Fragment[]> {
  if (seq > 0 || !first || (await readProfile(database, driverId))) return [];
  return [enrolment(database, driverId, first.platformId)];
}

/** What is harmless to do twice goes first, so that an entry never stands without it. */
async function keepProofs(
  { database }: AwardPorts,
  driverId: string,
  fresh: readonly ReceivedEvent[],
  now: Instant,
) {
  const proven = fresh.filter(({ evidence }) => evidence?.length);
  for (const event of proven) {
    const { fingerprint, evidence: urls = [], district, station } = event;
    await keepEvidence(
      database,
      { entryId: nameOf(event), fingerprint, driverId, urls, district, station },
      now,
    );
  }
  if (proven.length > 0) await forgetWhereErased(database, driverId);
}

/** Looked at after the proofs are kept: an erasure that comes later than this look finds them. */
async function forgetWhereErased(database: Database, driverId: string): Promise<void> {
  const profile = await readProfile(database, driverId);
  if (profile?.erasedAt) await forgetEvidence(database, driverId);
}

function outcomesOf(
  events: readonly ReceivedEvent[],
  known: ReadonlyMap<string, Entry>,
  written: readonly Entry[],
): AwardOutcome[] {
  const byName = new Map(written.map(entry => [entry.entryId, entry]));
  return events.map((event, index) => {
    const name = nameOf(event);
    const entry = known.get(name) ?? byName.get(name);
    if (!isEventEntry(entry)) throw new Error(`${name} is neither known nor written`);
    if (byName.has(name) && isFirstOfItsName(events, index)) return { what: 'recorded', entry };
    return { what: entry.fingerprint === event.fingerprint ? 'repeat' : 'conflict' };
  });
}

async function recordConflicts(
  database: Database,
  events: readonly ReceivedEvent[],
  outcomes: readonly AwardOutcome[],
): Promise<void> {
  for (const [index, event] of events.entries()) {
    if (outcomes[index]?.what !== 'conflict') continue;
    await recordConflict(database, nameOf(event), event.fingerprint, event.receivedAt);
  }
}

export function isEventEntry(entry: Entry | undefined): entry is EventEntry {
  return entry?.kind === 'award' || entry?.kind === 'declined' || entry?.kind === 'pending';
}

function isPending(entry: Entry): entry is PendingEntry {
  return entry.kind === 'pending';
}

function nameOf(event: VolunteerEvent): string {
  return entryIds.event(event.platformId, event.eventId);
}

function isFirstOfItsName(events: readonly VolunteerEvent[], index: number): boolean {
  const event = events[index];
  return event !== undefined && events.findIndex(other => nameOf(other) === nameOf(event)) === index;
}
