import type { Talk } from './platform.ts';
import { type Arrival, reference } from './reference.ts';

export async function setUpReference(platform: Talk): Promise<void> {
  await platform.setClock('2025-12-31T12:00:00+08:00');
  const early = await platform.as('organizer', 'city-office');
  for (const { version, ...rulebook } of reference.rulebooks) {
    await early.send('PUT', `/v1/rulebooks/${version}`, rulebook);
  }
  await platform.setClock('2026-02-10T00:00:00+08:00');
  const organizer = await platform.as('organizer', 'city-office');
  for (const driver of reference.drivers)
    await organizer.send('PUT', `/v1/drivers/${driver.driverId}`, driver);
}

const sliceLength = 400;

/** Posts deliveries in order of arrival, each platform's of a slice together, with the clock moved along. */
export async function postArrivals(platform: Talk, arrivals: readonly Arrival[]): Promise<void> {
  for (let start = 0; start < arrivals.length; start += sliceLength) {
    const slice = arrivals.slice(start, start + sliceLength);
    const last = slice.at(-1);
    if (last) await platform.setClock(last.arrivedAt);
    await postEvents(platform, slice);
  }
}

const eventsMax = 100;

export async function postEvents(
  platform: Talk,
  sent: readonly { platformId: string; event: unknown }[],
): Promise<void> {
  for (const [platformId, same] of Map.groupBy(sent, ({ platformId }) => platformId)) {
    const sender = await platform.as('platform', platformId);
    for (let start = 0; start < same.length; start += eventsMax) {
      const events = same.slice(start, start + eventsMax).map(({ event }) => event);
      await sender.send('POST', '/v1/volunteer-events', { events });
    }
  }
}

export async function reverseAll(platform: Talk): Promise<void> {
  for (const { platformId, eventId, reason } of reference.reversals) {
    const sender = await platform.as('platform', platformId);
    await sender.send('POST', `/v1/volunteer-events/${eventId}/reversal`, { reason });
  }
}

export interface Result {
  readonly balances: Record<string, number>;
  readonly minutes: Record<string, number>;
  readonly outcomes: Record<string, { status: string; granted: number }>;
  readonly declined: Record<string, string>;
}

interface Receipt {
  status: string;
  granted: number;
  reason: string;
}

/** Everything that expected.json knows of drivers and receipts, as the platform tells it. */
export async function readResult(platform: Talk): Promise<Result> {
  await platform.setClock(reference.expected.now);
  const result: Result = { balances: {}, minutes: {}, outcomes: {}, declined: {} };
  for (const { driverId } of reference.drivers) {
    const driver = await platform.as('driver', driverId);
    const wallet = await driver.get<{ available: number; minutes: number }>(`/v1/drivers/${driverId}`);
    result.balances[driverId] = wallet.available;
    result.minutes[driverId] = wallet.minutes;
  }
  const receipt = await receiptsOf(platform);
  for (const name of Object.keys(reference.expected.outcomes)) {
    const { status, granted } = await receipt(name);
    result.outcomes[name] = { status, granted };
  }
  for (const name of Object.keys(reference.expected.declined)) {
    result.declined[name] = (await receipt(name)).reason;
  }
  return result;
}

/** One token a platform is enough for all its receipts. */
async function receiptsOf(platform: Talk): Promise<(name: string) => Promise<Receipt>> {
  const platformIds = [...new Set(reference.events.map(({ platformId }) => platformId))];
  const senders = await Promise.all(platformIds.map(platformId => platform.as('platform', platformId)));
  return name => {
    const [platformId = '', eventId = ''] = name.split('/');
    const sender = senders[platformIds.indexOf(platformId)];
    if (!sender) throw new Error(`${platformId} has sent nothing`);
    return sender.get(`/v1/volunteer-events/${eventId}`);
  };
}
