import { entryIdOf } from '../rules/award-batch.ts';
import { eventsPerTransactionMax } from './award-events.ts';
import type { ValidDelivery } from './deliveries.ts';

/** One driver's deliveries, in order, in groups that each fit into one transaction. */
export interface DriverWork {
  readonly driverId: string;
  readonly groups: readonly (readonly ValidDelivery[])[];
}

/**
 * Sorts deliveries into rounds of work. The drivers of one round are independent of each other; the second round
 * starts after the first. If two drivers come under one event name, the earlier delivery gets the event: the later
 * one goes into the second round, where it becomes a conflict.
 */
export function groupDeliveries(deliveries: readonly ValidDelivery[]): DriverWork[][] {
  const driverOfEvent = new Map<string, string>();
  const first: ValidDelivery[] = [];
  const second: ValidDelivery[] = [];
  for (const delivery of deliveries) {
    const { driverId } = delivery.event;
    const entryId = entryIdOf(delivery.event);
    const owner = driverOfEvent.get(entryId) ?? driverId;
    driverOfEvent.set(entryId, owner);
    (owner === driverId ? first : second).push(delivery);
  }
  return [workByDriver(first), workByDriver(second)];
}

function workByDriver(deliveries: readonly ValidDelivery[]): DriverWork[] {
  const byDriver = Map.groupBy(deliveries, ({ event }) => event.driverId);
  return [...byDriver].map(([driverId, all]) => ({ driverId, groups: inGroups(all) }));
}

function inGroups(deliveries: readonly ValidDelivery[]): ValidDelivery[][] {
  const count = Math.ceil(deliveries.length / eventsPerTransactionMax);
  return Array.from({ length: count }, (_, group) =>
    deliveries.slice(group * eventsPerTransactionMax, (group + 1) * eventsPerTransactionMax),
  );
}
