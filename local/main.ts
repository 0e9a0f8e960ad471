import { commandLine, defaultDataDir, portOf } from './command-line.ts';
import { runUntilStopped } from './run-until-stopped.ts';

const help = `npm start

Runs the whole platform on this machine from the CloudFormation templates that a deployment uses.
Ctrl-C stops it. Options are environment variables:

  PORT               port to listen on at 127.0.0.1 (default 3000; 0 takes a free port)
  DATA_DIR           folder for all data (default .data; :memory: uses a temporary folder and deletes it on exit)
  DYNAMODB_ENDPOINT  DynamoDB-compatible engine to use instead of the embedded one, e.g. http://127.0.0.1:8000
  LOCAL_THROTTLE     1: apply the API's throttling settings, as the deployed API does
  LOCAL_PERMISSIONS  1: allow each function only what the policies of its role grant, as AWS does

Everything else about running locally is in docs/local.md.`;

const values = commandLine({ help: { type: 'boolean', short: 'h' } } as const);
if (values?.help) console.log(help);
else if (values) await run(portOf(process.env.PORT));

async function run(port: number | undefined): Promise<void> {
  if (port === undefined) return;
  const dataDir = process.env.DATA_DIR || defaultDataDir;
  await runUntilStopped({ port, dataDir, log: line => console.error(line) }, ({ url }) =>
    console.log(`Nuanxin listens on ${url}`),
  );
}
