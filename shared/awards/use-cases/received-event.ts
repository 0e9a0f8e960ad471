import { canonical } from '../../kernel/canonical.ts';
import { sha256 } from '../../kernel/digest.ts';
import { instantOf } from '../../kernel/time.ts';
import type { VolunteerEventBody } from '../contract/events.ts';
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
