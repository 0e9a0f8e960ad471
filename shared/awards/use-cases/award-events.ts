import type { Database } from '../../dynamo/client.ts';
import { resultOrRetry, retryOnConflict } from '../../dynamo/retry.ts';
import { sha256 } from '../../kernel/digest.ts';
import { type Instant, instantOf } from '../../kernel/time.ts';
import type { Account } from '../../ledger/rules/account.ts';
import type { Entry, PendingEntry } from '../../ledger/rules/entry.ts';
import { commit, load } from '../../ledger/store/ledger.ts';
import type { LedgerPorts } from '../../ledger/use-cases/ports.ts';
import { enrolment, readProfile } from '../../people/store/profiles.ts';
import { settleOverdueOf } from '../../redemptions/use-cases/expire.ts';
import { asksCaps, type VolunteerEvent } from '../rules/award.ts';
import {
  type AwardFacts,
  type AwardOutcome,
  decideAwards,
  entryIdOf,
  monthsOver,
  monthsToHoldOpen,
  outcomesOf,
  withoutRepeats,
} from '../rules/award-batch.ts';
import { awaitAttestation } from '../store/attestations.ts';
import { recordConflict } from '../store/conflicts.ts';
import { forgetEvidence, keepEvidence } from '../store/evidence.ts';
import type { RulebooksFor } from '../store/rulebook-cache.ts';
import { capUseFor } from './cap-use.ts';

/** An event with the evidence that the platform sent. The rules ignore the evidence. */
export interface ReceivedEvent extends VolunteerEvent {
  readonly evidence?: readonly string[] | undefined;
  readonly district?: string | undefined;
  readonly station?: string | undefined;
}

export interface AwardPorts extends LedgerPorts {
  readonly rulebooksFor: RulebooksFor;
}

/**
 * Keeps a transaction below its 100 writes. Each event needs at most two (its entry, and an expiry entry or an open
 * attestation); the account, a new driver's profile and one or two month gates come on top.
 */
export const eventsPerTransactionMax = 40;

/**
 * Awards events of one driver, in the order given, in one transaction.
 *
 * @param events at most `eventsPerTransactionMax`; a name may come more than once
 * @returns one outcome for each event, in the same order. If it throws, it has recorded none.
 */
export async function awardEvents(
  ports: AwardPorts,
  driverId: string,
  events: readonly ReceivedEvent[],
): Promise<AwardOutcome[]> {
  const { database } = ports;
  const names = [...new Set(events.map(entryIdOf))];
  const outcomes = await retryOnConflict<AwardOutcome[]>(`account ${driverId}`, async () => {
    const now = ports.now();
    const {
      record,
      entries: known,
      closedMonths,
    } = await load(database, driverId, names, monthsOver(events, now));
    const newEvents = withoutRepeats(events, known);
    if (newEvents.length === 0) return outcomesOf(events, known, []);

    const { rulebooks, capUse, enrollingPlatformId } = await prepareAwards(
      ports,
      record.account,
      newEvents,
      now,
    );
    const facts = { rulebooks, capUse, closedMonths };
    const appended = decideAwards(record.account, newEvents, facts, now, sha256);
    const outcome = await commit(database, {
      before: record,
      appended,
      openMonths: monthsToHoldOpen(appended.entries, now),
      extraWrites: [
        ...(enrollingPlatformId === null ? [] : [enrolment(database, driverId, enrollingPlatformId)]),
        ...appended.entries.filter(isPending).map(entry => awaitAttestation(database, entry)),
      ],
    });
    return resultOrRetry(outcome, outcomesOf(events, known, appended.entries));
  });
  await recordConflicts(database, events, outcomes);
  return outcomes;
}

interface Prepared extends Omit<AwardFacts, 'closedMonths'> {
  /** The platform under which the transaction must also enrol the driver; null if there is a profile. */
  readonly enrollingPlatformId: string | null;
}

/** Makes the idempotent writes that must precede the entries, and reads what the decision needs. */
async function prepareAwards(
  ports: AwardPorts,
  account: Account,
  newEvents: readonly ReceivedEvent[],
  now: Instant,
): Promise<Prepared> {
  // Settling changes the account, so this attempt then fails as stale. The next one finds the debt paid.
  if (account.debt > 0) await settleOverdueOf(ports, account.driverId);
  await storeEvidence(ports.database, account.driverId, newEvents, now);
  const latest = Math.max(...newEvents.map(event => instantOf(event.occurredAt)));
  const rulebooks = await ports.rulebooksFor(latest);
  // Events that are only declined need no history: those that come too late are the ones of dropped months.
  const capped = newEvents.filter(event => asksCaps({ event, rulebooks }, now));
  return {
    rulebooks,
    capUse: await capUseFor(ports.database, account, capped),
    enrollingPlatformId: await enrollingPlatformIdOf(ports.database, account, newEvents),
  };
}

/** A driver without a profile gets one with the first entry, for the platform that sent the event. */
async function enrollingPlatformIdOf(
  database: Database,
  { driverId, seq }: Account,
  [first]: readonly ReceivedEvent[],
): Promise<string | null> {
  if (seq > 0 || !first || (await readProfile(database, driverId))) return null;
  return first.platformId;
}

/** Stores the evidence before the entry, so that no entry exists without its evidence. Idempotent. */
async function storeEvidence(
  database: Database,
  driverId: string,
  newEvents: readonly ReceivedEvent[],
  now: Instant,
): Promise<void> {
  const proven = newEvents.filter(({ evidence }) => evidence?.length);
  if (proven.length === 0) return;
  for (const event of proven) {
    const { fingerprint, evidence: urls = [], district, station } = event;
    const entryId = entryIdOf(event);
    await keepEvidence(database, { entryId, fingerprint, driverId, urls, district, station }, now);
  }
  // An erasure that starts after this read finds the evidence that was just stored.
  const profile = await readProfile(database, driverId);
  if (profile?.erasedAt) await forgetEvidence(database, driverId);
}

async function recordConflicts(
  database: Database,
  events: readonly ReceivedEvent[],
  outcomes: readonly AwardOutcome[],
): Promise<void> {
  for (const [index, event] of events.entries()) {
    if (outcomes[index]?.what !== 'conflict') continue;
    await recordConflict(database, entryIdOf(event), event.fingerprint, event.receivedAt);
  }
}

function isPending(entry: Entry): entry is PendingEntry {
  return entry.kind === 'pending';
}
