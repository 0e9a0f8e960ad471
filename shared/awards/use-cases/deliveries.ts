import { BusEnvelope } from '../../kernel/bus.ts';
import { VolunteerEventBody } from '../contract/events.ts';
import { VolunteerEventsReceived } from '../contract/intake.ts';
import type { ReceivedEvent } from './award-events.ts';
import { receivedEvent } from './received-event.ts';

/** One event of one message. */
export interface Delivery {
  readonly messageId: string;
  readonly platformId: string;
  readonly receivedAt: string;
  /** Of the request that brought it; nothing is decided by it. */
  readonly requestId?: string | undefined;
  /** The event as it came. */
  readonly body: unknown;
  /** The event, if it is one: what comes off a queue is validated as if nobody had before. */
  readonly event: ReceivedEvent | undefined;
}

export interface Deliveries {
  readonly deliveries: Delivery[];
  /** Messages in which no single event can be told apart. */
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
