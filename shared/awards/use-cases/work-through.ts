import { entryIds } from '../../ledger/rules/entry.ts';
import { type AwardOutcome, eventsPerTransactionMax, type ReceivedEvent } from './award-events.ts';
import type { Delivery } from './deliveries.ts';

export interface Work {
  readonly award: (driverId: string, events: readonly ReceivedEvent[]) => Promise<AwardOutcome[]>;
  readonly hasTime: () => boolean;
  readonly onOutcome: (outcome: AwardOutcome) => void;
  readonly onFailure: (error: unknown, driverId: string, deliveries: readonly Delivery[]) => void;
}

/**
 * Drivers worked on side by side: each is a chain of round trips, and the database is what waits least. A full batch
 * of the queue brings ten events of ten drivers at most times: with fewer lanes the last ones wait for a second turn.
 */
export const driversAtOnce = 10;

type Task = { readonly driverId: string; readonly deliveries: readonly ValidDelivery[] };
type ValidDelivery = Delivery & { readonly event: ReceivedEvent };

/**
 * Awards all deliveries, those of one driver together and in order. Where a group fails, each event of it is tried
 * by itself. Of two drivers under one name the one that came first has it: the other's turn is after all the rest.
 *
 * @returns those that failed, and those for which no time was left
 */
export async function workThrough(deliveries: readonly Delivery[], work: Work): Promise<Set<Delivery>> {
  const failed = new Set<Delivery>(deliveries.filter(({ event }) => event === undefined));
  const valid = deliveries.filter((one): one is ValidDelivery => one.event !== undefined);
  const { inTurn, putOff } = byTurn(valid);
  for (const some of [inTurn, putOff]) await workSideBySide(tasksOf(some), work, failed);
  return failed;
}

/** What bears the name of an earlier delivery for another driver is put off. */
function byTurn(deliveries: readonly ValidDelivery[]): { inTurn: ValidDelivery[]; putOff: ValidDelivery[] } {
  const drivers = new Map<string, string>();
  const inTurn: ValidDelivery[] = [];
  const putOff: ValidDelivery[] = [];
  for (const delivery of deliveries) {
    const { platformId, eventId, driverId } = delivery.event;
    const name = entryIds.event(platformId, eventId);
    if (!drivers.has(name)) drivers.set(name, driverId);
    (drivers.get(name) === driverId ? inTurn : putOff).push(delivery);
  }
  return { inTurn, putOff };
}

async function workSideBySide(tasks: Task[], work: Work, failed: Set<Delivery>): Promise<void> {
  const lanes = Array.from({ length: driversAtOnce }, async () => {
    for (let task = tasks.shift(); task; task = tasks.shift()) await doTask(task, work, failed);
  });
  await Promise.all(lanes);
}

/** Groups of one driver, cut to what one transaction holds; those of one driver never run side by side. */
function tasksOf(deliveries: readonly ValidDelivery[]): Task[] {
  const byDriver = Map.groupBy(deliveries, ({ event }) => event.driverId);
  return [...byDriver].map(([driverId, all]) => ({ driverId, deliveries: all }));
}

async function doTask({ driverId, deliveries }: Task, work: Work, failed: Set<Delivery>): Promise<void> {
  for (let start = 0; start < deliveries.length; start += eventsPerTransactionMax) {
    const group = deliveries.slice(start, start + eventsPerTransactionMax);
    if (await tried(driverId, group, work, failed)) continue;
    if (group.length > 1) for (const one of group) await tried(driverId, [one], work, failed);
  }
}

async function tried(
  driverId: string,
  group: readonly ValidDelivery[],
  work: Work,
  failed: Set<Delivery>,
): Promise<boolean> {
  try {
    if (!work.hasTime()) throw new Error('no time left');
    const outcomes = await work.award(
      driverId,
      group.map(({ event }) => event),
    );
    outcomes.forEach(work.onOutcome);
    for (const delivery of group) failed.delete(delivery);
    return true;
  } catch (error) {
    for (const delivery of group) failed.add(delivery);
    work.onFailure(error, driverId, group);
    return false;
  }
}
