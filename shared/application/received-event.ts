import type { VolunteerEventBody } from '../contracts/events.ts';
import { canonical } from '../domain/canonical.ts';
import { instantOf } from '../domain/time.ts';
import { sha256 } from '../store/digest.ts';
import type { ReceivedEvent } from './award-events.ts';

/** A validated event with its stamps. The fingerprint covers its content as it means, `occurredAt` as an instant. */
export function receivedEvent(
  platformId: string,
  receivedAt: string,
  body: VolunteerEventBody,
): ReceivedEvent {
  const content = { ...body, occurredAt: instantOf(body.occurredAt) };
  return { ...body, platformId, receivedAt, fingerprint: sha256(canonical(content)) };
}
