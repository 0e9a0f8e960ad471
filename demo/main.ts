import { commandLine, portOf } from '../local/command-line.ts';
import { runUntilStopped } from '../local/run-until-stopped.ts';
import { demoMonth } from './month.ts';
import { clockOf, playMonth } from './play.ts';
import { publishMonth } from './ranking.ts';
import { playRedemptions, showStatements } from './shop.ts';
import { showDrivers } from './show.ts';

const help = `npm run demo [-- --port 3000]

Starts the whole platform on this machine, plays a month of volunteer service through its own HTTP API: points,
redemptions at a station and a shop with their statements, the ranking closed and published. It shows what came of it,
and stays up until Ctrl-C. Nothing is kept.`;

const values = commandLine({ port: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const);
if (values?.help) console.log(help);
else if (values) await run(portOf(values.port ?? process.env.PORT));

async function run(port: number | undefined): Promise<void> {
  if (port === undefined) return;
  console.log('\n  暖新积分 · Nuanxin: points for volunteer service\n');
  await runUntilStopped({ dataDir: ':memory:', port }, ({ url, dataDir }) => play(url, dataDir));
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
