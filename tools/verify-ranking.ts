import { provesRow, type RowProof } from './check-ranking.ts';
import { type Client, client, everyItem, localToken } from './client.ts';
import { refuse, wordsOf } from './words.ts';

const help = `npm run verify-ranking -- <month> [--driver <driverId>] [--version 1] [--root <hex>]
    [--url http://127.0.0.1:3000] [--token <token of that driver>]

Fetches a driver's row of a closed month with its inclusion proof, and verifies the proof without trusting the server:
against the root given with --root (the one published on paper), otherwise against the root that the server shows. Also
checks that the entry named in the row is in the driver's own hash chain. docs/ranking-proof.md specifies the proof.
Without --token, requests a token from the local runtime. The environment variable DRIVER_ID can name the driver.`;

const { values, positionals } = wordsOf(
  help,
  {
    driver: { type: 'string' },
    version: { type: 'string' },
    root: { type: 'string' },
    url: { type: 'string' },
    token: { type: 'string' },
  },
  { allowPositionals: true },
);
const [month] = positionals;
const driverId = values.driver ?? process.env.DRIVER_ID ?? driverOf(values.token);
if (!month) refuse(help, 'The month is missing.');
if (!driverId) refuse(help, 'The driver is missing.');

interface Proof extends RowProof {
  readonly version: number;
  readonly leaf: {
    readonly driverId: string;
    readonly rank: number;
    readonly seq: number;
    readonly head: string;
  };
  readonly root: string;
}

const url = values.url ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`;
try {
  const driver = client(url, values.token ?? (await localToken(url, 'driver', driverId)));
  const query = values.version === undefined ? '' : `?version=${values.version}`;
  const proof = await driver.get<Proof>(`/v1/rankings/${month}/drivers/${driverId}/proof${query}`);
  const root = values.root ?? (await rootOnServer(driver, proof.version));
  const faults = await faultsOf(driver, proof, root);
  for (const fault of faults) console.error(`✗ ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  else {
    console.log(
      `✓ ${driverId} has rank ${proof.leaf.rank} in version ${proof.version} of ${month}, out of ${proof.size} drivers according to the server`,
    );
    console.log(
      `  root ${root}${values.root ? '' : ' (from the server: compare it with the published root)'}`,
    );
  }
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function faultsOf(driver: Client, proof: Proof, root: string): Promise<string[]> {
  const { leaf } = proof;
  const requested = { month, driverId, version: proof.version };
  const isRequested = Object.entries(requested).every(
    ([name, value]) => proof.leaf[name as 'driverId'] === value,
  );
  const entries = await everyItem<{ seq: number; hash: string }>(driver, `/v1/drivers/${driverId}/entries`);
  const isInChain = entries.some(({ seq, hash }) => seq === leaf.seq && hash === leaf.head);
  return [
    ...(isRequested ? [] : ['the row belongs to another driver, month or version']),
    ...(provesRow(proof, root) ? [] : [`the proof does not lead to the root ${root}`]),
    ...(isInChain ? [] : [`the driver’s entry ${leaf.seq} does not have the hash that the row names`]),
  ];
}

async function rootOnServer(driver: Client, version: number): Promise<string> {
  const versions = await everyItem<{ version: number; root: string }>(
    driver,
    `/v1/rankings/${month}/versions`,
  );
  return versions.find(one => one.version === version)?.root ?? '';
}

/** Reads the driver's id from the claims of a token, which are not encrypted. */
function driverOf(token: string | undefined): string | undefined {
  const claims = token?.split('.')[1];
  if (!claims) return undefined;
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { driver_id?: string }).driver_id;
}
