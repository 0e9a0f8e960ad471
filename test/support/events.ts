import { VolunteerEventBody } from '../../shared/awards/contract/events.ts';
import type { AwardPorts, ReceivedEvent } from '../../shared/awards/use-cases/award-events.ts';
import { receivedEvent } from '../../shared/awards/use-cases/received-event.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { instantOf } from '../../shared/kernel/time.ts';
import { rulebook } from './steps.ts';

interface Stamps {
  readonly platformId?: string;
  readonly receivedAt?: string;
}

/** An hour of guidance on 10 March by default, as it comes off the queue. */
export function received(eventId: string, changes: Partial<VolunteerEventBody> & Stamps = {}): ReceivedEvent {
  const { platformId = 'rides', receivedAt, ...body } = changes;
  const occurredAt = body.occurredAt ?? '2026-03-10T12:00:00+08:00';
  const event = VolunteerEventBody.parse({
    driverId: 'd-1',
    activity: 'guidance',
    minutes: 60,
    ...body,
    eventId,
    occurredAt,
  });
  return receivedEvent(platformId, receivedAt ?? occurredAt, event);
}

/** What awarding stands on, at a fixed time and under the rulebook of given.ts. */
export function portsAt(database: Database, at: string): AwardPorts {
  return { database, rulebooksFor: async () => [rulebook()], now: () => instantOf(at) };
}
