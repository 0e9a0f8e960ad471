import { clientFor, everyItem } from '../tools/client.ts';
import type { DemoDriver } from './month.ts';
import { progress, table } from './screen.ts';

interface Wallet {
  driverId: string;
  available: number;
  minutes: number;
}

interface Entry {
  kind: string;
  points: number;
  reason?: string;
}

const shown = 16;

const reasons: Readonly<Record<string, string>> = {
  'daily-cap': '日封顶 daily cap',
  'monthly-cap': '月封顶 monthly cap',
  'activity-unknown': '未列活动 unknown activity',
  'minutes-missing': '缺时长 no minutes',
  'below-minimum': '时长过短 too short',
};

/** What the drivers have, and why not more: read as each driver would read it. */
export async function showDrivers(url: string, drivers: readonly DemoDriver[]): Promise<void> {
  const reading = progress('查询钱包 wallets  ', drivers.length);
  const rows: { driver: DemoDriver; wallet: Wallet; entries: Entry[] }[] = [];
  for (const driver of drivers) {
    const self = await clientFor(url, 'driver', driver.driverId);
    const wallet = await self.get<Wallet>(`/v1/drivers/${driver.driverId}`);
    const entries = await everyItem<Entry>(self, `/v1/drivers/${driver.driverId}/entries`);
    rows.push({ driver, wallet, entries });
    reading(rows.length);
  }
  rows.sort((a, b) => b.wallet.available - a.wallet.available);
  console.log();
  console.log(
    table(rows.slice(0, shown), [
      { title: '司机 driver', of: ({ driver }) => `${driver.displayName} ${driver.driverId}` },
      { title: '积分 points', of: ({ wallet }) => wallet.available },
      { title: '小时 hours', of: ({ wallet }) => Math.round(wallet.minutes / 6) / 10 },
      { title: '次 events', of: ({ entries }) => entries.length },
      { title: '封顶或未计 capped or declined', of: ({ entries }) => whyNotMore(entries) },
    ]),
  );
  const all = rows.flatMap(({ entries }) => entries);
  const points = rows.reduce((sum, { wallet }) => sum + wallet.available, 0);
  const declined = all.filter(({ kind }) => kind === 'declined').length;
  console.log(`\n  ${drivers.length} drivers, ${all.length} events, ${points} points, ${declined} declined`);
}

function whyNotMore(entries: readonly Entry[]): string {
  const counts = Map.groupBy(
    entries.filter(({ reason }) => reason !== undefined),
    ({ reason }) => reason as string,
  );
  return [...counts].map(([reason, same]) => `${reasons[reason] ?? reason} ×${same.length}`).join(', ');
}
