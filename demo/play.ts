import { client, clientFor } from '../tools/client.ts';
import { type DemoDriver, demoDrivers, demoMonth, demoPosts, demoRulebook } from './month.ts';
import { progress } from './screen.ts';
import { openShops } from './shop.ts';

export const clockOf = (url: string) => (now: string) => client(url).send('PUT', '/_local/clock', { now });

/** Plays the month day by day through the HTTP API: the clock moves along, platforms post, some of it twice. */
export async function playMonth(url: string): Promise<readonly DemoDriver[]> {
  const setClock = clockOf(url);
  const drivers = demoDrivers();

  await setClock('2026-02-20T09:00:00+08:00');
  const organizer = await clientFor(url, 'organizer', 'city-office');
  await organizer.send('PUT', '/v1/rulebooks/1', demoRulebook);
  await openShops(organizer);
  const registering = progress('登记司机 drivers  ', drivers.length);
  for (const [number, { driverId, ...profile }] of drivers.entries()) {
    await organizer.send('PUT', `/v1/drivers/${driverId}`, profile);
    registering(number + 1);
  }

  const posts = demoPosts(drivers);
  const playing = progress('三月服务 the month', posts.length);
  let day = 0;
  for (const [number, post] of posts.entries()) {
    if (post.day !== day) {
      day = post.day;
      await setClock(`${demoMonth}-${String(day).padStart(2, '0')}T21:00:00+08:00`);
    }
    const platform = await clientFor(url, 'platform', post.platformId);
    await platform.send('POST', '/v1/volunteer-events', { events: post.events });
    playing(number + 1, `${demoMonth}-${String(day).padStart(2, '0')}`);
  }
  await client(url).send('POST', '/_local/drain', {});
  return drivers;
}
