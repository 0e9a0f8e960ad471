import { parseArgs } from 'node:util';
import { startLocal } from '../infra/local/start.ts';
import { playMonth } from './play.ts';
import { showDrivers } from './show.ts';

const help = `npm run demo [-- --port 3000]

Starts the whole platform on this machine, plays a month of volunteer service through its own HTTP API, shows what came
of it, and stays up until Ctrl-C. Nothing is kept.`;

const { values } = parseArgs({ options: { port: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log(help);
  process.exit(0);
}

console.log('\n  暖新积分 · Nuanxin: points for volunteer service\n');
const platform = await startLocal({
  dataDir: ':memory:',
  port: Number(values.port ?? process.env.PORT ?? 3000),
});
const stop = async () => {
  await platform.close();
  process.exit(0);
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

const played = await playMonth(platform.url);
await showDrivers(platform.url, played.drivers);
console.log(`
  ${platform.url} stays up; Ctrl-C stops it. Try:

    curl -s ${platform.url}/v1/openapi.json | head -c 300
    npm run verify-entries -- ${played.drivers[0]?.driverId} --url ${platform.url}
`);
