import type { Refusal } from '../../kernel/refusal.ts';
import { instantOf } from '../../kernel/time.ts';
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
 * Confirms or refuses a pending event, once. Repeating the same outcome changes nothing. A confirmed event earns what
 * it would earn if it came in now.
 */
export async function attestEvent(
  ports: AwardPorts,
  { role, id }: Attester,
  { platformId, eventId }: { platformId: string; eventId: string },
  { outcome, by, note }: AttestationBody,
): Promise<Receipt | Refusal<'not-found' | 'not-pending' | 'already-attested' | 'attestation-period-over'>> {
  const { database, rulebooksFor, now } = ports;
  const { entry, pending } = await readEvent(database, platformId, eventId);
  if (!entry) return { refusal: 'not-found' };
  if (!pending) return { refusal: 'not-pending', reason: entry.kind };
  if (outcome === 'confirmed') await settleOverdueOf(ports, pending.driverId);
  const refused = await endPending(ports, {
    pending,
    attestation: { outcome, attestedBy: `${role}#${id}`, by, note },
    rulebooks: await rulebooksFor(instantOf(pending.occurredAt)),
    organizer: role === 'organizer' ? id : undefined,
  });
  if (refused) return refused;
  const profile = await readProfile(database, pending.driverId);
  if (profile?.erasedAt) await forgetWhatWasSaid(database, pending.driverId);
  return readReceipt(database, platformId, eventId, now());
}
