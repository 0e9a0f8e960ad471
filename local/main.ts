import { fileURLToPath } from 'node:url';
import { commandLine, portOf } from './command-line.ts';
import { runUntilStopped } from './until-stopped.ts';

const help = `npm start

Runs the whole platform on this machine, from the templates that are deployed, until Ctrl-C.

  PORT               where it listens on 127.0.0.1 (default 3000; 0 takes a free one)
  DATA_DIR           where it keeps its data (default .data; :memory: keeps nothing)
  DYNAMODB_ENDPOINT  a DynamoDB to use in place of the embedded engine, e.g. http://127.0.0.1:8000
  LOCAL_THROTTLE     1: the API's throttling settings hold, as they do when it is deployed
  LOCAL_PERMISSIONS  1: functions may do what their roles permit and nothing else, as when it is deployed`;

const values = commandLine({ help: { type: 'boolean', short: 'h' } } as const);
if (values?.help) console.log(help);
else if (values) await run(portOf(process.env.PORT));

async function run(port: number | undefined): Promise<void> {
  if (port === undefined) return;
  const dataDir = process.env.DATA_DIR || fileURLToPath(new URL('../../.data', import.meta.url));
  await runUntilStopped({ port, dataDir, log: line => console.error(line) }, ({ url }) =>
    console.log(`Nuanxin listens on ${url}`),
  );
}
