import { volunteerEventsReceived } from '../../../shared/awards/contract/intake.ts';
import { busSources } from '../../../shared/kernel/bus.ts';
import { toLocalIso } from '../../../shared/kernel/time.ts';

/** The awards of one round: each driver gets `batch` events with new ids. */
export interface Awards {
  readonly round: string;
  readonly drivers: number;
  readonly batch: number;
}

export const driverIdOf = (number: number) => `d-${String(number).padStart(6, '0')}`;
export const eventIdOf = (round: string, driver: number, n: number) =>
  `5f1c9a0e-7d62-4c1b-${round}-${String(driver).padStart(8, '0')}${String(n).padStart(4, '0')}`;
export const platformId = 'rides';

const eventsPerMessage = 10;
const messagesPerBatch = 10;

/** The queue batches of a round: messages of ten events, the events of one driver next to each other. */
export function queueBatches({ round, drivers, batch }: Awards): { messageId: string; body: string }[][] {
  const now = toLocalIso(Date.now());
  const events = Array.from({ length: drivers * batch }, (_, index) => {
    const driver = Math.floor(index / batch);
    return {
      eventId: eventIdOf(round, driver, index % batch),
      driverId: driverIdOf(driver),
      activity: 'report',
      occurredAt: now,
    };
  });
  const messages = inGroups(events, eventsPerMessage).map((group, number) => ({
    messageId: `${round}-${number}`,
    body: JSON.stringify({
      source: busSources.intake,
      'detail-type': volunteerEventsReceived,
      detail: { platformId, receivedAt: now, events: group },
    }),
  }));
  return inGroups(messages, messagesPerBatch);
}

export function inGroups<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}
