import { mapConcurrently } from '../../kernel/concurrency.ts';
import type { AwardOutcome } from '../rules/award-batch.ts';
import { type AwardPorts, awardEvents } from './award-events.ts';
import type { Delivery, ValidDelivery } from './deliveries.ts';
import { type DriverWork, groupDeliveries } from './group-deliveries.ts';

export interface DeliveryPorts extends AwardPorts {
  /** False when too little of the invocation is left to start another transaction. */
  readonly hasTime: () => boolean;
}

export type DeliveryResult =
  | {
      readonly delivery: ValidDelivery;
      readonly outcome: AwardOutcome;
      /** Why the event's group failed, if the event was awarded on its own after that. */
      readonly groupError?: unknown;
    }
  | { readonly delivery: Delivery; readonly error: unknown };

/**
 * Drivers awarded concurrently. One driver's work is a chain of round trips, so the function mostly waits. A full
 * batch of the queue usually brings ten events of ten drivers; with fewer workers the last ones would wait.
 */
export const driversConcurrentMax = 10;

/**
 * Awards all deliveries: each driver's in order, several drivers concurrently. A failed group is retried event by
 * event, so that an event that always fails does not fail its neighbours.
 *
 * @returns one result for each delivery, in no particular order
 */
export async function awardDeliveries(
  ports: DeliveryPorts,
  deliveries: readonly Delivery[],
): Promise<DeliveryResult[]> {
  const results: DeliveryResult[] = [];
  const valid: ValidDelivery[] = [];
  for (const delivery of deliveries) {
    if (isValid(delivery)) valid.push(delivery);
    else results.push({ delivery, error: new Error('the event is not valid') });
  }
  for (const round of groupDeliveries(valid)) {
    const ofDrivers = await mapConcurrently(round, driversConcurrentMax, work => awardDriver(ports, work));
    results.push(...ofDrivers.flat());
  }
  return results;
}

async function awardDriver(
  ports: DeliveryPorts,
  { driverId, groups }: DriverWork,
): Promise<DeliveryResult[]> {
  const results: DeliveryResult[] = [];
  for (const group of groups) {
    try {
      results.push(...(await awardGroup(ports, driverId, group)));
    } catch (error) {
      results.push(...(await awardOneByOne(ports, driverId, group, error)));
    }
  }
  return results;
}

async function awardOneByOne(
  ports: DeliveryPorts,
  driverId: string,
  group: readonly ValidDelivery[],
  groupError: unknown,
): Promise<DeliveryResult[]> {
  if (group.length === 1) return group.map(delivery => ({ delivery, error: groupError }));
  const results: DeliveryResult[] = [];
  for (const delivery of group) {
    try {
      const alone = await awardGroup(ports, driverId, [delivery]);
      results.push(...alone.map(result => ({ ...result, groupError })));
    } catch (error) {
      results.push({ delivery, error });
    }
  }
  return results;
}

async function awardGroup(
  ports: DeliveryPorts,
  driverId: string,
  group: readonly ValidDelivery[],
): Promise<{ delivery: ValidDelivery; outcome: AwardOutcome }[]> {
  if (!ports.hasTime()) throw new Error('no time left');
  const events = group.map(({ event }) => event);
  const outcomes = await awardEvents(ports, driverId, events);
  return group.flatMap((delivery, index) => {
    const outcome = outcomes[index];
    return outcome ? [{ delivery, outcome }] : [];
  });
}

function isValid(delivery: Delivery): delivery is ValidDelivery {
  return delivery.event !== undefined;
}
