import { parseArgs } from 'node:util';
import { isRefusal, startLocal } from '../infra/local/start.ts';
import { demoMonth } from './month.ts';
import { clockOf, playMonth } from './play.ts';
import { publishMonth } from './ranking.ts';
import { playRedemptions, showStatements } from './shop.ts';
import { showDrivers } from './show.ts';

const help = `npm run demo [-- --port 3000]

Starts the whole platform on this machine, plays a month of volunteer service through its own HTTP API: points,
redemptions at a station and a shop with their statements, the ranking closed and published. It shows what came of it,
and stays up until Ctrl-C. Nothing is kept.`;

const { values } = parseArgs({ options: { port: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log(help);
  process.exit(0);
}

console.log('\n  暖新积分 · Nuanxin: points for volunteer service\n');
const port = Number(values.port ?? process.env.PORT ?? 3000);
const starting = startLocal({ dataDir: ':memory:', port });
let stopping = false;
const stop = () => {
  stopping = true;
  // Stopped while it starts, it first gets up and then goes down: nothing half-started is left behind.
  void starting.then(
    platform => platform.close().then(() => process.exit(0)),
    () => {},
  );
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

try {
  const { url, dataDir } = await starting;
  await play(url, dataDir);
} catch (error) {
  // Stopped while it plays, the platform goes away under the player's feet; there is nothing to report then.
  if (isRefusal(error)) {
    console.error(`Not started: ${error.message}`);
    process.exitCode = 1;
  } else if (!stopping) throw error;
}

async function play(url: string, dataDir: string): Promise<void> {
  const drivers = await playMonth(url);
  const driverIds = drivers.map(({ driverId }) => driverId);
  await showDrivers(url, drivers);
  await playRedemptions(url, driverIds);
  await showStatements(url);
  await publishMonth(url, clockOf(url));
  console.log(`
  ${url} stays up; Ctrl-C stops it. Try:

    curl -s '${url}/v1/rankings/${demoMonth}?limit=3'
    npm run verify-entries -- ${driverIds[0]} --url ${url}
    npm run verify-ranking -- ${demoMonth} --driver ${driverIds[0]} --url ${url}
    npm run replay -- ${demoMonth} --tables ${dataDir}
`);
}
