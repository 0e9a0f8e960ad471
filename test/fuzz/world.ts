import type { Role } from '../../shared/kernel/endpoint.ts';
import { localToken } from '../../tools/client.ts';
import { type Talk, talkTo } from '../support/platform.ts';
import type { Material } from './requests.ts';

const drivers = ['d-1', 'd-2', 'd-3', 'd-4'];
const erasable = ['d-8', 'd-9'];

const rules = {
  effectiveFrom: '2026-03-01T00:00:00+08:00',
  monthlyCap: 10_000,
  activities: [
    { code: 'guidance', name: '交通文明劝导', unit: 'hour', points: 20, dailyCap: 80 },
    { code: 'report', name: '随手拍', unit: 'event', points: 5, dailyCap: 12 },
    { code: 'rescue', name: '应急救援', unit: 'event', points: 100 },
    { code: 'watch', name: '巡防', unit: 'event', points: 10, attested: true },
  ],
  campaigns: [],
};

/** After the objection period for March, and before the holds of 10 March expire. */
export const fuzzedAt = '2026-04-08T18:00:00+08:00';

/** Fills a platform with data of every kind, and returns the material for requests about it. */
export async function inhabit(url: string): Promise<Material> {
  const platform = talkTo(url);
  await platform.setClock('2026-02-20T12:00:00+08:00');
  await setUp(platform);
  await platform.setClock('2026-03-10T12:00:00+08:00');
  await serve(platform);
  const redemptions = await redeem(platform);
  const adjustments = await adjust(platform);
  await platform.setClock('2026-04-05T12:00:00+08:00');
  const organizer = await platform.as('organizer', 'li');
  await organizer.send('POST', '/v1/rankings/2026-03/close');
  await platform.setClock(fuzzedAt);
  const later = await platform.as('organizer', 'li');
  await later.send('POST', '/v1/rankings/2026-03/publish');
  await later.send('POST', '/v1/rankings/2026-03/corrections', { reason: 'a look' });
  await later.send('POST', '/v1/rankings/2026-02/close');
  return {
    known: {
      driverId: drivers,
      erasableDriverId: erasable,
      platformId: ['rides', 'express'],
      eventId: ['e-1', 'e-2', 'e-waiting', 'e-refused', 'e-back'],
      activity: ['guidance', 'report', 'watch', 'unknown'],
      merchantId: ['station-east', 'noodles'],
      outlets: ['station-east', 'noodles'],
      rewardId: ['cup', 'lunch', 'gone'],
      callerId: ['client-1', 'client-2'],
      adjustmentId: adjustments,
      redemptionId: redemptions.ids,
      code: redemptions.codes,
      requestNo: ['r-1', 'r-2', 'till-1'],
      month: ['2026-02', '2026-03', '2026-04'],
      version: ['1', '2', '3'],
      scope: ['all', 'district:donghu', 'platform:rides', 'occupation:courier'],
      'idempotency-key': ['k-0', 'k-1', 'k-new'],
    },
    tokens: await tokensOf(url),
    cursors: await cursorsOf(platform),
  };
}

async function setUp(platform: Talk): Promise<void> {
  const organizer = await platform.as('organizer', 'li');
  await organizer.send('PUT', '/v1/rulebooks/1', rules);
  for (const driverId of [...drivers, ...erasable]) {
    await organizer.send('PUT', `/v1/drivers/${driverId}`, {
      displayName: `司机${driverId}`,
      occupation: 'courier',
      district: 'donghu',
      platformId: 'rides',
      publishConsent: driverId !== 'd-3',
    });
  }
  for (const [id, kind] of Object.entries({ 'station-east': 'station', noodles: 'merchant' })) {
    await organizer.send('PUT', `/v1/merchants/${id}`, { name: id, kind, district: 'donghu' });
  }
  const goods = { kind: 'goods', points: 10, holdMinutes: 43_200, outlets: ['station-east'] };
  await organizer.send('PUT', '/v1/rewards/cup', { ...goods, name: '保温杯', stockTracked: true });
  await organizer.send('POST', '/v1/rewards/cup/stock', { requestNo: 's-1', delta: 100, reason: 'delivery' });
  await organizer.send('PUT', '/v1/rewards/lunch', {
    ...goods,
    name: '午餐八折',
    kind: 'discount',
    stockTracked: false,
    outlets: ['noodles', 'station-east'],
    discount: { percentOff: 20, maxFen: 800, minSpendFen: 1000 },
  });
  const over = { activeTo: '2026-03-01T00:00:00+08:00' };
  await organizer.send('PUT', '/v1/rewards/gone', { ...goods, ...over, name: '雨伞', stockTracked: false });
  await organizer.send('PUT', '/v1/callers/client-1', { role: 'platform', id: 'rides' });
  await organizer.send('PUT', '/v1/callers/client-2', { role: 'driver', id: 'd-1' });
}

async function serve(platform: Talk): Promise<void> {
  const sender = await platform.as('platform', 'rides');
  const occurredAt = '2026-03-10T08:00:00+08:00';
  const one = (eventId: string, driverId: string, activity: string) => ({
    eventId,
    driverId,
    activity,
    occurredAt,
    minutes: 60,
    evidence: ['https://photos.example/1.jpg'],
  });
  const rescues = [...drivers, ...erasable].flatMap(driverId => [
    one(`${driverId}-rescue-1`, driverId, 'rescue'),
    one(`${driverId}-rescue-2`, driverId, 'rescue'),
  ]);
  const events = [
    one('e-1', 'd-1', 'rescue'),
    one('e-2', 'd-2', 'guidance'),
    one('e-waiting', 'd-1', 'watch'),
    one('e-refused', 'd-2', 'unknown'),
    one('e-back', 'd-3', 'report'),
  ];
  await sender.send('POST', '/v1/volunteer-events', { events: [...rescues, ...events] });
  await platform.drain();
  await sender.send('POST', '/v1/volunteer-events/e-back/reversal', { reason: 'was not there' });
}

interface Reservation {
  readonly redemptionId: string;
  readonly code: string;
}

/** Creates a redemption in each state, and some more reservations. */
async function redeem(platform: Talk): Promise<{ ids: string[]; codes: string[] }> {
  const made: Reservation[] = [];
  for (const [index, rewardId] of ['cup', 'cup', 'cup', 'lunch', 'lunch', 'cup', 'cup'].entries()) {
    const driver = await platform.as('driver', drivers[index % drivers.length] ?? '');
    const headers = { 'idempotency-key': `k-${index}` };
    made.push(await driver.send<Reservation>('POST', '/v1/redemptions', { rewardId }, headers));
  }
  const [confirmed, returned, cancelled] = made;
  const till = await platform.as('merchant', 'station-east');
  for (const one of [confirmed, returned]) {
    await till.send('POST', '/v1/redemptions/confirmations', { code: one?.code, requestNo: 'till-1' });
  }
  const giveBack = { requestNo: 'r-1', reason: 'broken' };
  await till.send('POST', `/v1/redemptions/${returned?.redemptionId}/return`, giveBack);
  const driver = await platform.as('driver', drivers[2] ?? '');
  await driver.send('POST', `/v1/redemptions/${cancelled?.redemptionId}/cancellation`, {});
  return { ids: made.map(({ redemptionId }) => redemptionId), codes: made.map(({ code }) => code) };
}

async function adjust(platform: Talk): Promise<string[]> {
  const organizer = await platform.as('organizer', 'li');
  const ids: string[] = [];
  for (const [index, points] of [5, -5, 7, 900].entries()) {
    const body = { driverId: 'd-1', points, reason: 'our mistake', requestNo: `r-${index}` };
    const { adjustmentId } = await organizer.send<{ adjustmentId: string }>('POST', '/v1/adjustments', body);
    ids.push(adjustmentId);
  }
  const other = await platform.as('organizer', 'wang');
  await other.send('POST', `/v1/adjustments/${ids[0]}/approval`, {});
  return ids;
}

const holders: Readonly<Record<Role, readonly string[]>> = {
  platform: ['rides', 'express'],
  merchant: ['station-east', 'noodles'],
  organizer: ['li', 'wang'],
  driver: ['d-1', 'd-2', 'nobody'],
  attestor: ['east-gate'],
};

async function tokensOf(url: string): Promise<Record<Role, string[]>> {
  const all = Object.entries(holders).map(async ([role, ids]) => [
    role,
    await Promise.all(ids.map(id => localToken(url, role as Role, id))),
  ]);
  return Object.fromEntries(await Promise.all(all));
}

/** A cursor of each list, after its first item. */
async function cursorsOf(platform: Talk): Promise<string[]> {
  const organizer = await platform.as('organizer', 'li');
  const driver = await platform.as('driver', 'd-1');
  const pages = await Promise.all([
    ...[
      'merchants',
      'rewards',
      'callers?role=platform',
      'audit?month=2026-02',
      'adjustments?month=2026-03',
    ].map(path => organizer.get<{ nextCursor: string | null }>(withLimit(`/v1/${path}`))),
    organizer.get<{ nextCursor: string | null }>(withLimit('/v1/rankings/2026-03')),
    ...['drivers/d-1/entries', 'drivers/d-1/export', 'redemptions'].map(path =>
      driver.get<{ nextCursor: string | null }>(withLimit(`/v1/${path}`)),
    ),
  ]);
  return pages.flatMap(({ nextCursor }) => nextCursor ?? []);
}

function withLimit(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}limit=1`;
}
