import { type AuditedChange, audited } from '../../audit/store/audit.ts';
import { batchGet } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { resultOrRetry, retryOnConflict } from '../../dynamo/retry.ts';
import { sha256 } from '../../kernel/digest.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import type { Instant } from '../../kernel/time.ts';
import { append } from '../../ledger/rules/chain.ts';
import { type Entry, type EventEntry, entryIds, isEventEntry } from '../../ledger/rules/entry.ts';
import { parseEntry } from '../../ledger/store/entries.ts';
import { commit, load } from '../../ledger/store/ledger.ts';
import { settleOverdueOf } from '../../redemptions/use-cases/expire.ts';
import type { Receipt } from '../contract/events.ts';
import { hasLapsed } from '../rules/attestation.ts';
import { decideReversal, statusOf } from '../rules/reversal.ts';
import { countConflicts } from '../store/conflicts.ts';

const notFound: Refusal<'not-found'> = { refusal: 'not-found' };

/**
 * Returns what an event earned and why, or `not-found` until the event has been processed.
 *
 * @param now if given, a pending event whose attestation period is over counts as declined, swept or not
 */
export async function readReceipt(
  database: Database,
  platformId: string,
  eventId: string,
  now?: Instant,
): Promise<Receipt | Refusal<'not-found'>> {
  const { entry, reversed } = await readEvent(database, platformId, eventId);
  if (!entry) return notFound;
  const receipt = await receiptOf(database, entry, reversed);
  const isLapsed = now !== undefined && hasLapsed(entry, now);
  return isLapsed ? { ...receipt, status: 'declined', wanted: 0, reason: 'not-attested' } : receipt;
}

/**
 * Reverses an award with a new entry. A repeat returns the same receipt and changes nothing.
 *
 * @param organizer named in the audit record, if an organizer and not the platform reverses the award
 */
export async function reverseAward(
  database: Database,
  now: () => Instant,
  platformId: string,
  eventId: string,
  reason: string,
  organizer?: string,
): Promise<Receipt | Refusal<'not-found' | 'not-awarded' | 'too-late'>> {
  const { entry: award } = await readEvent(database, platformId, eventId);
  if (!award) return notFound;
  const { driverId } = award;
  const reversalId = entryIds.reversal(platformId, eventId);
  await settleOverdueOf({ database, now }, driverId);
  const refused = await retryOnConflict<Refusal<'not-awarded' | 'too-late'> | null>(
    `account ${driverId}`,
    async () => {
      const at = now();
      const { record, entries } = await load(database, driverId, [reversalId]);
      if (entries.has(reversalId)) return null;
      const drafts = decideReversal(record.account, { award, reason }, at);
      if (isRefusal(drafts)) return drafts;
      const outcome = await commit(database, {
        before: record,
        appended: append(record.account, drafts, at, sha256),
        extraWrites: organizer ? [audited(database, { by: organizer, at }, reversingChange(award))] : [],
      });
      return resultOrRetry(outcome, null);
    },
  );
  return refused ?? receiptOf(database, award, true);
}

function reversingChange({ entryId, granted }: EventEntry): AuditedChange {
  return { action: 'award.reverse', subject: entryId, before: { granted }, after: { granted: 0 } };
}

/**
 * Reads an event's deciding entry (its own, or for an event that was pending the one that ended it), its pending entry
 * if there is one, and whether it was reversed.
 */
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
