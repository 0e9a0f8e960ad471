import { client, clientFor } from '../tools/client.ts';
import { demoMonth } from './month.ts';
import { bar, table } from './screen.ts';

interface Version {
  state: string;
  version: number;
  total: number;
  root: string;
}

interface Ranking {
  items: { rank: number; displayName: string; score: number; minutes: number }[];
}

const placesShown = 10;
const barWidth = 24;

/** Closes the month when its organizer may, publishes it when nobody may object any more, and reads it as anybody. */
export async function publishMonth(url: string, setClock: (now: string) => Promise<unknown>): Promise<void> {
  // A token lasts for hours by the platform's clock, and the clock jumps by days here.
  const organizer = () => clientFor(url, 'organizer', 'city-office');
  await setClock('2026-04-03T02:00:00+08:00');
  await (await organizer()).send<Version>('POST', `/v1/rankings/${demoMonth}/close`);
  await setClock('2026-04-06T02:01:00+08:00');
  const published = await (await organizer()).send<Version>('POST', `/v1/rankings/${demoMonth}/publish`);
  const anybody = client(url);
  const { items } = await anybody.get<Ranking>(`/v1/rankings/${demoMonth}?limit=${placesShown}`);
  const best = items[0]?.score ?? 0;
  console.log(
    `\n  最美司机 ${demoMonth}: version ${published.version}, ${published.state}, as anybody sees it\n`,
  );
  console.log(
    table(items, [
      { title: '名次', of: ({ rank }) => rank },
      { title: '姓名 name', of: ({ displayName }) => displayName },
      { title: '积分 score', of: ({ score }) => score },
      { title: '', of: ({ score }) => bar(score, best, barWidth) },
      { title: '小时 hours', of: ({ minutes }) => Math.round(minutes / 6) / 10 },
    ]),
  );
  console.log(`  ${published.total} drivers listed; root ${published.root.slice(0, 16)}…`);
}
