import type { Stage } from './stage/stage.ts';

export const start = '2026-03-10T12:00:00+08:00';
export const earned = '2026-03-10T08:00:00+08:00';

/** Sets up a rulebook, a shop and a station. */
export async function setUp(stage: Stage): Promise<void> {
  await stage.setClock('2026-02-20T12:00:00+08:00');
  await stage.ask('organizer office', 'PUT /v1/rulebooks/1', {
    effectiveFrom: '2026-03-01T00:00:00+08:00',
    monthlyCap: 100_000,
    activities: [
      { code: 'guidance', name: '交通文明劝导', unit: 'hour', points: 20, dailyCap: 80 },
      { code: 'report', name: '随手拍', unit: 'event', points: 5, dailyCap: 12 },
      { code: 'rescue', name: '应急救援', unit: 'event', points: 100 },
      { code: 'sentry', name: '流动哨兵', unit: 'event', points: 50, dailyCap: 80, attested: true },
    ],
    campaigns: [],
  });
  for (const merchantId of ['station-east', 'noodles']) {
    const kind = merchantId.startsWith('station') ? 'station' : 'merchant';
    await stage.ask('organizer office', `PUT /v1/merchants/${merchantId}`, {
      ...{ name: merchantId, kind, district: 'donghu' },
    });
  }
  await stage.setClock(start);
}

interface Event {
  readonly eventId: string;
  readonly driverId: string;
  readonly [field: string]: unknown;
}

/** Posts events as a platform does, and repeats those that were not accepted. */
export async function post(stage: Stage, events: readonly Event[], platform = 'rides'): Promise<void> {
  let left = events.map(event => ({ occurredAt: earned, ...event }));
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt === postsMax) throw new Error('Some events were never accepted.');
    const { results } = await stage.ask(`platform ${platform}`, 'POST /v1/volunteer-events', {
      events: left,
    });
    const again = (results as { index: number; problem?: { code: string } }[]).filter(
      ({ problem }) => problem?.code === 'try-again',
    );
    left = again.flatMap(({ index }) => left.slice(index, index + 1));
  }
}

const postsMax = 20;
