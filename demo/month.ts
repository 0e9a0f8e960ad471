/** A month of volunteer service, the same on every machine: made from a seed, with no real person in it. */

export const demoMonth = '2026-03';

export interface DemoDriver {
  readonly driverId: string;
  readonly displayName: string;
  readonly occupation: string;
  readonly district: string;
  readonly platformId: string;
  readonly publishConsent: boolean;
}

export interface DemoEvent {
  readonly eventId: string;
  readonly driverId: string;
  readonly activity: string;
  readonly occurredAt: string;
  readonly minutes?: number;
}

/** What one platform sends at one go. */
export interface DemoPost {
  readonly day: number;
  readonly platformId: string;
  readonly events: readonly DemoEvent[];
}

export const demoRulebook = {
  effectiveFrom: `${demoMonth}-01T00:00:00+08:00`,
  monthlyCap: 1200,
  activities: [
    { code: 'traffic-guidance', name: '交通文明劝导', unit: 'hour', points: 20, dailyCap: 60 },
    { code: 'city-image', name: '城市形象宣传', unit: 'hour', points: 15, dailyCap: 45 },
    { code: 'exam-escort', name: '爱心送考', unit: 'event', points: 50, dailyCap: 100 },
    { code: 'hazard-report', name: '随手拍', unit: 'event', points: 5, dailyCap: 15 },
    { code: 'first-aid-training', name: '急救知识培训', unit: 'hour', points: 10, dailyCap: 40 },
  ],
  campaigns: [
    {
      id: 'leifeng-day-2026',
      name: '学雷锋日',
      from: `${demoMonth}-05T00:00:00+08:00`,
      to: `${demoMonth}-06T00:00:00+08:00`,
      multiplierPercent: 200,
      activities: ['traffic-guidance', 'city-image'],
    },
  ],
};

const platforms = ['hongcheng-rides', 'ganjiang-express', 'tengwang-delivery'];
const occupations = ['ride-hailing-driver', 'courier', 'delivery-rider', 'truck-driver', 'designated-driver'];
const districts = ['donghu', 'xihu', 'qingyunpu', 'qingshanhu', 'honggutan', 'xinjian'];
const surnames = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗';
const driverCount = 48;
const days = 31;

export function demoDrivers(): DemoDriver[] {
  const random = seeded(1);
  return Array.from({ length: driverCount }, (_, number) => ({
    driverId: `d-${String(number + 1).padStart(3, '0')}`,
    displayName: `${pick(random, [...surnames])}师傅`,
    occupation: pick(random, occupations),
    district: pick(random, districts),
    platformId: platforms[number % platforms.length] ?? 'hongcheng-rides',
    publishConsent: random() < 0.7,
  }));
}

/** Day by day and platform by platform; one post in six comes twice, as posts do. */
export function demoPosts(drivers: readonly DemoDriver[]): DemoPost[] {
  const random = seeded(2);
  const posts: DemoPost[] = [];
  for (let day = 1; day <= days; day += 1) {
    for (const platformId of platforms) {
      const events = drivers
        .filter(driver => driver.platformId === platformId)
        .flatMap(driver => eventsOf(random, driver, day));
      if (events.length === 0) continue;
      posts.push({ day, platformId, events });
      if (random() < 1 / 6) posts.push({ day, platformId, events });
    }
  }
  return posts;
}

function eventsOf(random: () => number, { driverId }: DemoDriver, day: number): DemoEvent[] {
  const keenness = (Number(driverId.slice(2)) % 12) / 12;
  if (random() > 0.15 + keenness * 0.7) return [];
  const count = 1 + Math.floor(random() * random() * 5);
  return Array.from({ length: count }, (_, number) => eventOf(random, driverId, day, number));
}

function eventOf(random: () => number, driverId: string, day: number, number: number): DemoEvent {
  const activity =
    random() < 0.04
      ? 'car-wash'
      : pick(random, [
          'traffic-guidance',
          'traffic-guidance',
          'city-image',
          'hazard-report',
          'hazard-report',
          'first-aid-training',
          'exam-escort',
        ]);
  const date = `${demoMonth}-${String(day).padStart(2, '0')}`;
  const hour = String(7 + Math.floor(random() * 12)).padStart(2, '0');
  const minute = String(Math.floor(random() * 60)).padStart(2, '0');
  const timed = activity !== 'hazard-report' && activity !== 'exam-escort' && random() > 0.02;
  return {
    eventId: `${date}-${driverId}-${number}`,
    driverId,
    activity,
    occurredAt: `${date}T${hour}:${minute}:00+08:00`,
    ...(timed ? { minutes: pick(random, [2, 30, 45, 60, 90, 120, 180]) } : {}),
  };
}

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** Mulberry32: small, fast and good enough to look like a city; the same numbers everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
