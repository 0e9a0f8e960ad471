import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../../tools/client.ts';
import type { TestPlatform } from '../../support/platform.ts';
import { temporaryFolder } from '../../support/platform.ts';
import { spawnPlatform } from '../../support/platform-process.ts';
import { type Context, type Part, quantile, type Result, spreadOf } from '../report/result.ts';
import { driverIdOf } from '../support/events.ts';

export const platform: Part = {
  id: 'platform',
  title: 'The whole local platform, from POST to balance',
  kind: 'measured',
  rounds: 5,
  run: async context => {
    const dataDir = temporaryFolder();
    const running = await spawnPlatform(dataDir);
    try {
      await setUp(running);
      return await measure(running, context);
    } finally {
      await running.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

const drivers = 200;

async function setUp(running: TestPlatform): Promise<void> {
  await running.setClock('2026-03-01T00:00:00+08:00');
  const organizer = await running.as('organizer', 'city-office');
  await organizer.send('PUT', '/v1/rulebooks/1', {
    effectiveFrom: '2026-03-01T01:00:00+08:00',
    monthlyCap: 1_000_000,
    activities: [{ code: 'report', name: '随手拍', unit: 'event', points: 5 }],
    campaigns: [],
  });
  await running.setClock('2026-03-10T12:00:00+08:00');
}

async function measure(running: TestPlatform, { rounds, quick, step }: Context): Promise<Result> {
  const sender = await running.as('platform', 'rides');
  const rates: number[] = [];
  const posts: number[] = [];
  const waits: number[] = [];
  const events = quick ? 300 : 1500;
  const singles = quick ? 10 : 40;
  for (let round = 0; round <= rounds; round += 1) {
    step(round, rounds + 1, `round ${round} of ${rounds}`);
    const rate = await flood(running, sender, round, events);
    const taken = await oneByOne(running, sender, round, singles);
    if (round === 0) continue;
    rates.push(rate);
    posts.push(...taken.map(({ postMs }) => postMs));
    waits.push(...taken.map(({ balanceMs }) => balanceMs));
  }
  const percentiles = (all: number[]) => {
    const sorted = [...all].sort((a, b) => a - b);
    return [0.5, 0.99].map(share => Math.round(quantile(sorted, share)));
  };
  const [postP50 = 0, postP99 = 0] = percentiles(posts);
  const [waitP50 = 0, waitP99 = 0] = percentiles(waits);
  return {
    tables: [
      {
        id: 'platform',
        title: platform.title,
        columns: ['what', 'figure'],
        rows: [
          [`events per second, ${events} posted in requests of 100, until drained`, spreadOf(rates)],
          ['POST of one event until the 202, ms: p50', postP50],
          ['p99', postP99],
          ['POST of one event until the balance includes it, ms: p50', waitP50],
          ['p99', waitP99],
        ],
        notes: [
          `${singles * rounds} sequential single events; the balance is polled every 5 ms. Most of the time is the queue’s batch window of up to a second, as on AWS.`,
          'API, bus, queue, functions, streams and engine share the cores of one machine.',
        ],
      },
    ],
    figures: [
      {
        what: 'events per second through the whole local platform, POST to drained',
        value: spreadOf(rates),
        unit: '',
      },
      { what: 'POST to balance, p50 / p99', value: `${waitP50} / ${waitP99}`, unit: 'ms' },
    ],
  };
}

const event = (eventId: string, driver: number) => ({
  eventId,
  driverId: driverIdOf(driver),
  activity: 'report',
  occurredAt: '2026-03-10T12:00:00+08:00',
});

async function flood(running: TestPlatform, sender: Client, round: number, count: number): Promise<number> {
  const start = performance.now();
  for (let first = 0; first < count; first += 100) {
    const events = Array.from({ length: 100 }, (_, n) =>
      event(`flood-${round}-${first + n}`, (first + n) % drivers),
    );
    await sender.send('POST', '/v1/volunteer-events', { events });
  }
  await running.drain();
  return (count * 1000) / (performance.now() - start);
}

async function oneByOne(running: TestPlatform, sender: Client, round: number, count: number) {
  const driver = await running.as('driver', driverIdOf(0));
  const seq = async () => (await driver.get<{ seq: number }>(`/v1/drivers/${driverIdOf(0)}`)).seq;
  const laps: { postMs: number; balanceMs: number }[] = [];
  for (let n = 0; n < count; n += 1) {
    const before = await seq();
    const start = performance.now();
    await sender.send('POST', '/v1/volunteer-events', { events: [event(`single-${round}-${n}`, 0)] });
    const postMs = performance.now() - start;
    while ((await seq()) === before) await pause(5);
    laps.push({ postMs, balanceMs: performance.now() - start });
  }
  return laps;
}
