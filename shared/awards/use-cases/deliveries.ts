import { BusEnvelope } from '../../kernel/bus.ts';
import { VolunteerEventBody } from '../contract/events.ts';
import { VolunteerEventsReceived } from '../contract/intake.ts';
import type { ReceivedEvent } from './award-events.ts';
import { receivedEvent } from './received-event.ts';

/** One event of one queue message. */
export interface Delivery {
  readonly messageId: string;
  readonly platformId: string;
  readonly receivedAt: string;
  /** The API request that brought the event; for logs only. */
  readonly requestId?: string | undefined;
  /** The event as it was received. */
  readonly body: unknown;
  /** The parsed event, or undefined if it is not valid. Messages are validated again, as untrusted input. */
  readonly event: ReceivedEvent | undefined;
}

export type ValidDelivery = Delivery & { readonly event: ReceivedEvent };

export interface Deliveries {
  readonly deliveries: Delivery[];
  /** Messages that cannot be split into events. */
  readonly unreadable: { readonly messageId: string; readonly why: string }[];
}

export function readDeliveries(messages: readonly { messageId: string; body: string }[]): Deliveries {
  const all: Deliveries = { deliveries: [], unreadable: [] };
  for (const { messageId, body } of messages) {
    const detail = readDetail(body);
    if ('why' in detail) all.unreadable.push({ messageId, why: detail.why });
    else all.deliveries.push(...deliveriesOf(messageId, detail.received));
  }
  return all;
}

function readDetail(body: string): { received: VolunteerEventsReceived } | { why: string } {
  try {
    const envelope = BusEnvelope.safeParse(JSON.parse(body));
    const received = VolunteerEventsReceived.safeParse(envelope.data?.detail);
    return received.success
      ? { received: received.data as VolunteerEventsReceived }
      : { why: received.error.message };
  } catch {
    return { why: 'is not JSON' };
  }
}

function deliveriesOf(
  messageId: string,
  { platformId, receivedAt, requestId, events }: VolunteerEventsReceived,
): Delivery[] {
  return events.map(body => {
    const parsed = VolunteerEventBody.safeParse(body);
    const event = parsed.success ? receivedEvent(platformId, receivedAt, parsed.data) : undefined;
    return { messageId, platformId, receivedAt, requestId, body, event };
  });
}
