import { type Client, ProblemError } from '../../tools/client.ts';
import type { TestPlatform } from './platform.ts';

export interface Reservation {
  readonly redemptionId: string;
  readonly status: string;
  readonly code: string;
}

type Body = Readonly<Record<string, unknown>>;
type Role = Parameters<TestPlatform['as']>[0];

/** Drivers and merchants over HTTP; each gets a token once, which is good for hours by the platform's clock. */
export class Redeeming {
  private readonly clients = new Map<string, Promise<Client>>();
  private readonly platform: TestPlatform;

  constructor(platform: TestPlatform) {
    this.platform = platform;
  }

  as(role: Role, id: string): Promise<Client> {
    const key = `${role} ${id}`;
    const client = this.clients.get(key) ?? this.platform.as(role, id);
    this.clients.set(key, client);
    return client;
  }

  async reserve(driverId: string, rewardId: string, key: string): Promise<Reservation> {
    const driver = await this.as('driver', driverId);
    return driver.send('POST', '/v1/redemptions', { rewardId }, { 'idempotency-key': key });
  }

  async confirm(merchantId: string, body: Body): Promise<Body> {
    return (await this.as('merchant', merchantId)).send('POST', '/v1/redemptions/confirmations', body);
  }

  async cancel(driverId: string, redemptionId: string): Promise<Body> {
    return (await this.as('driver', driverId)).send(
      'POST',
      `/v1/redemptions/${redemptionId}/cancellation`,
      {},
    );
  }

  async giveBack(merchantId: string, redemptionId: string, requestNo: string): Promise<Body> {
    const merchant = await this.as('merchant', merchantId);
    const body = { requestNo, reason: 'too salty' };
    return merchant.send('POST', `/v1/redemptions/${redemptionId}/return`, body);
  }

  async wallet(driverId: string): Promise<Record<string, number>> {
    return (await this.as('driver', driverId)).get(`/v1/drivers/${driverId}`);
  }
}

/** The code of the problem, or what was answered. */
export function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch(error => {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  });
}

export const cup = {
  name: '保温杯',
  kind: 'goods',
  points: 60,
  stockTracked: true,
  holdMinutes: 60,
  outlets: ['station-east'],
  subsidyFen: 1500,
};

/** At noon of 10 March 2026: 24 drivers, `d-0` and so on, with 100 points each; 4 cups, plenty of tea, and a lunch. */
export async function setUpRewards(platform: TestPlatform): Promise<void> {
  await platform.setClock('2026-02-20T12:00:00+08:00');
  const organizer = await platform.as('organizer', 'city-office');
  await organizer.send('PUT', '/v1/rulebooks/1', {
    effectiveFrom: '2026-03-01T00:00:00+08:00',
    monthlyCap: 100_000,
    activities: [{ code: 'rescue', name: '应急救援', unit: 'event', points: 100 }],
    campaigns: [],
  });
  for (const id of ['station-east', 'noodles', 'elsewhere']) {
    const kind = id.startsWith('station') ? 'station' : 'merchant';
    await organizer.send('PUT', `/v1/merchants/${id}`, { name: id, kind, district: 'donghu' });
  }
  await organizer.send('PUT', '/v1/rewards/cup', cup);
  await organizer.send('POST', '/v1/rewards/cup/stock', { requestNo: 's-1', delta: 4, reason: 'delivery' });
  await organizer.send('PUT', '/v1/rewards/tea', { ...cup, name: '热茶', points: 1, subsidyFen: 200 });
  await organizer.send('POST', '/v1/rewards/tea/stock', { requestNo: 's-1', delta: 500, reason: 'leaves' });
  await organizer.send('PUT', '/v1/rewards/lunch', {
    name: '午餐八折',
    kind: 'discount',
    points: 40,
    stockTracked: false,
    perDriverMonthlyLimit: 1,
    holdMinutes: 60,
    outlets: ['noodles'],
    discount: { percentOff: 20, maxFen: 800, minSpendFen: 1000 },
  });
  await platform.setClock('2026-03-10T12:00:00+08:00');
  const sender = await platform.as('platform', 'rides');
  const events = Array.from({ length: 24 }, (_, n) => ({
    eventId: `e-${n}`,
    driverId: `d-${n}`,
    activity: 'rescue',
    occurredAt: '2026-03-10T08:00:00+08:00',
  }));
  await sender.send('POST', '/v1/volunteer-events', { events });
  await platform.drain();
}
