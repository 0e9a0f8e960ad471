import { type AuditedChange, audited } from '../../audit/store/audit.ts';
import { batchGet } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { sha256 } from '../../kernel/digest.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import type { Instant } from '../../kernel/time.ts';
import { append } from '../../ledger/rules/chain.ts';
import { decide } from '../../ledger/rules/decide.ts';
import { type Entry, type EventEntry, entryIds } from '../../ledger/rules/entry.ts';
import { parseEntry } from '../../ledger/store/entries.ts';
import { changeAccount } from '../../ledger/use-cases/change-account.ts';
import { settleOverdueOf } from '../../redemptions/use-cases/expire.ts';
import type { Receipt } from '../contract/events.ts';
import { hasLapsed } from '../rules/attestation.ts';
import { statusOf } from '../rules/reversal.ts';
import { countConflicts } from '../store/conflicts.ts';
import { isEventEntry } from './award-events.ts';

const notFound: Refusal = { refusal: 'not-found' };

/**
 * What an event earned, and why; not found until it has been worked on.
 *
 * @param now where it is given, an event that nobody has attested in time is declined by the clock alone
 */
export async function readReceipt(
  database: Database,
  platformId: string,
  eventId: string,
  now?: Instant,
): Promise<Receipt | Refusal> {
  const { entry, reversed } = await readEvent(database, platformId, eventId);
  if (!entry) return notFound;
  const receipt = await receiptOf(database, entry, reversed);
  const isLapsed = now !== undefined && hasLapsed(entry, now);
  return isLapsed ? { ...receipt, status: 'declined', wanted: 0, reason: 'not-attested' } : receipt;
}

/**
 * Takes an award back by a new entry; where that has been done before, says so again.
 *
 * @param organizer who takes it back, for the audit list, where it is not the platform itself
 */
export async function reverseAward(
  database: Database,
  now: () => Instant,
  platformId: string,
  eventId: string,
  reason: string,
  organizer?: string,
): Promise<Receipt | Refusal> {
  const { entry } = await readEvent(database, platformId, eventId);
  if (!entry) return notFound;
  const reversalId = entryIds.reversal(platformId, eventId);
  await settleOverdueOf({ database, now }, entry.driverId);
  const refused = await changeAccount<Refusal | null>(database, now, {
    driverId: entry.driverId,
    entryIds: [reversalId],
    plan: ({ record, entries }, instant) => {
      if (entries.has(reversalId)) return { kind: 'nothing', result: null };
      const drafts = decide(record.account, { kind: 'reversal', award: entry, reason }, instant);
      if (isRefusal(drafts)) return { kind: 'nothing', result: drafts };
      const besides = organizer ? [audited(database, { by: organizer, at: instant }, reversing(entry))] : [];
      return {
        kind: 'write',
        appended: append(record.account, drafts, instant, sha256),
        besides,
        result: null,
      };
    },
  });
  return refused ?? receiptOf(database, entry, true);
}

function reversing({ entryId, granted }: EventEntry): AuditedChange {
  return { action: 'award.reverse', subject: entryId, before: { granted }, after: { granted: 0 } };
}

/** An event's own entry or, where it was pending, the one that ended that; and whether it was taken back. */
export async function readEvent(database: Database, platformId: string, eventId: string) {
  const attestation = entryIds.attestation(platformId, eventId);
  const names = [entryIds.event(platformId, eventId), attestation, entryIds.reversal(platformId, eventId)];
  const found = await batchGet(
    database,
    names.map(entryId => ({ table: 'ledger', key: { entryId } })),
  );
  const entries: Entry[] = found.map(({ item }) => parseEntry(item));
  const ofEvent = entries.filter(isEventEntry);
  return {
    entry: ofEvent.find(({ entryId }) => entryId === attestation) ?? ofEvent[0],
    pending: ofEvent.find(entry => entry.kind === 'pending'),
    reversed: entries.some(({ kind }) => kind === 'reversal'),
  };
}

async function receiptOf(database: Database, entry: EventEntry, reversed: boolean): Promise<Receipt> {
  return {
    eventId: entry.eventId,
    driverId: entry.driverId,
    activity: entry.activity,
    occurredAt: entry.occurredAt,
    status: statusOf(entry, reversed),
    wanted: entry.wanted,
    granted: entry.granted,
    reason: entry.reason,
    rulebookVersion: entry.rulebookVersion,
    campaignId: entry.campaignId,
    rankingMonth: entry.rankingMonth,
    receivedAt: entry.receivedAt,
    recordedAt: entry.recordedAt,
    conflicts: await countConflicts(database, entryIds.event(entry.platformId, entry.eventId)),
  };
}
