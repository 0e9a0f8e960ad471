import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Platform } from './platform.ts';
import { isRefusal, startLocal } from './start.ts';

const help = `npm start

Runs the whole platform on this machine, from the templates that are deployed, until Ctrl-C.

  PORT               where it listens on 127.0.0.1 (default 3000; 0 takes a free one)
  DATA_DIR           where it keeps its data (default .data; :memory: keeps nothing)
  DYNAMODB_ENDPOINT  a DynamoDB to use in place of the embedded engine, e.g. http://127.0.0.1:8000
  LOCAL_THROTTLE     1: the API's throttling settings hold, as they do when it is deployed
  LOCAL_PERMISSIONS  1: functions may do what their roles permit and nothing else, as when it is deployed`;

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
if (values.help) {
  console.log(help);
} else {
  await run();
}

async function run(): Promise<void> {
  const port = Number(process.env.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return fail(`PORT ${process.env.PORT} is no port`);
  const dataDir = process.env.DATA_DIR || fileURLToPath(new URL('../../.data', import.meta.url));
  const starting = startLocal({ port, dataDir, log: line => console.error(line) });
  // Stopped while it starts, it first gets up and then goes down: nothing half-started is left behind.
  const stop = () => void starting.then(close, () => {});
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const { url } = await starting;
    console.log(`Nuanxin listens on ${url}`);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    fail(error.message);
  }
}

async function close(platform: Platform): Promise<void> {
  await platform.close();
  process.exit(0);
}

function fail(sentence: string): void {
  console.error(`Not started: ${sentence}`);
  process.exitCode = 1;
}
