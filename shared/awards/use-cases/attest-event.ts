import { type AuditedChange, audited } from '../../audit/store/audit.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { instantOf } from '../../kernel/time.ts';
import type { PendingEntry } from '../../ledger/rules/entry.ts';
import { readProfile } from '../../people/store/profiles.ts';
import { settleOverdueOf } from '../../redemptions/use-cases/expire.ts';
import type { AttestationBody, Receipt } from '../contract/events.ts';
import { forgetWhatWasSaid } from '../store/attestations.ts';
import type { AwardPorts } from './award-events.ts';
import { endPending } from './end-attestation.ts';
import { readEvent, readReceipt } from './receipts.ts';

export interface Attester {
  readonly role: 'organizer' | 'attestor';
  readonly id: string;
}

/**
 * Says whether a pending event took place, once. The same word again is the same; a confirmed event earns what it
 * would if it came in now.
 */
export async function attestEvent(
  { database, rulebooksFor, now }: AwardPorts,
  { role, id }: Attester,
  { platformId, eventId }: { platformId: string; eventId: string },
  { outcome, by, note }: AttestationBody,
): Promise<Receipt | Refusal> {
  const { entry, pending } = await readEvent(database, platformId, eventId);
  if (!entry) return { refusal: 'not-found' };
  if (!pending) return { refusal: 'not-pending', reason: entry.kind };
  if (outcome === 'confirmed') await settleOverdueOf({ database, now }, pending.driverId);
  const refused = await endPending(database, now, {
    pending,
    said: { outcome, attestedBy: `${role}#${id}`, by, note },
    rulebooks: await rulebooksFor(instantOf(pending.occurredAt)),
    besides: at =>
      role === 'organizer' ? [audited(database, { by: id, at }, attesting(pending, outcome))] : [],
  });
  if (refused) return refused;
  const profile = await readProfile(database, pending.driverId);
  if (profile?.erasedAt) await forgetWhatWasSaid(database, pending.driverId);
  return readReceipt(database, platformId, eventId, now());
}

function attesting({ entryId }: PendingEntry, outcome: AttestationBody['outcome']): AuditedChange {
  return {
    action: 'event.attest',
    subject: entryId,
    before: { status: 'pending' },
    after: { outcome },
  };
}
