import { provesRow, type RowProof } from './check-ranking.ts';
import { type Client, client, everyItem, localToken } from './client.ts';
import { refuse, wordsOf } from './words.ts';

const help = `npm run verify-ranking -- <month> [--driver <driverId>] [--version 1] [--root <hex>]
    [--url http://127.0.0.1:3000] [--token <token of that driver>]

Fetches a driver's own row of a closed month with what leads from it to the root, and checks that it does, without
trusting the server: with --root against the root that was published on paper, else against the one that the server
shows to everybody. The entry that the row was made up to must stand in the driver's own chain. The rule stands in
docs/ranking-proof.md. Without --token one of the local runtime is asked for; the driver may stand in DRIVER_ID.`;

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
if (!month) refuse(help, 'Which month?');
if (!driverId) refuse(help, 'Which driver?');

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
  const root = values.root ?? (await shownRoot(driver, proof.version));
  const faults = await faultsOf(driver, proof, root);
  for (const fault of faults) console.error(`✗ ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  else {
    console.log(
      `✓ ${driverId} has rank ${proof.leaf.rank} in version ${proof.version} of ${month} (of ${proof.size}, as the server says)`,
    );
    console.log(
      `  root ${root}${values.root ? '' : ' as the server shows it: compare it with the published one'}`,
    );
  }
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function faultsOf(driver: Client, proof: Proof, root: string): Promise<string[]> {
  const { leaf } = proof;
  const asked = { month, driverId, version: proof.version };
  const about = Object.entries(asked).every(([name, value]) => proof.leaf[name as 'driverId'] === value);
  const entries = await everyItem<{ seq: number; hash: string }>(driver, `/v1/drivers/${driverId}/entries`);
  const isInChain = entries.some(({ seq, hash }) => seq === leaf.seq && hash === leaf.head);
  return [
    ...(about ? [] : ['the row is another driver’s, or of another month or version']),
    ...(provesRow(proof, root) ? [] : [`the row does not lead to ${root}`]),
    ...(isInChain
      ? []
      : [`entry ${leaf.seq} of the driver does not have the hash that the row was made up to`]),
  ];
}

async function shownRoot(driver: Client, version: number): Promise<string> {
  const versions = await everyItem<{ version: number; root: string }>(
    driver,
    `/v1/rankings/${month}/versions`,
  );
  return versions.find(one => one.version === version)?.root ?? '';
}

/** Whom a token acts for stands in it, unencrypted. */
function driverOf(token: string | undefined): string | undefined {
  const claims = token?.split('.')[1];
  if (!claims) return undefined;
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { driver_id?: string }).driver_id;
}
