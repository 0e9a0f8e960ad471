import type { Database } from '../../dynamo/client.ts';
import { sha256Bytes } from '../../kernel/digest.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Month } from '../../kernel/time.ts';
import { rankingMonthOf } from '../../ledger/rules/account.ts';
import { readAccount } from '../../ledger/store/accounts.ts';
import { entriesOf } from '../../ledger/store/entries.ts';
import type { ProofView } from '../contract/ranking-views.ts';
import { inclusionPath, leafHash, rootOf, verifyInclusion } from '../rules/merkle.ts';
import { type Leaf, leafBytes, leavesPerBlock } from '../rules/ranking-proof.ts';
import { allDrivers } from '../rules/standings.ts';
import { eraseSalt, readProofParts } from '../store/ranking-proofs.ts';
import type { ReadPorts } from './ports.ts';
import { waitForHistory } from './read-standings.ts';

const notFound: Refusal<'not-found'> = { refusal: 'not-found' };

/** A driver's leaf with its inclusion path to the published root; not found once the leaf's salt has been erased. */
export async function readProof(
  { database, reader }: ReadPorts,
  month: Month,
  requestedVersion: number | undefined,
  driverId: string,
): Promise<ProofView | Refusal<'not-found'>> {
  const own = await reader.own({ month, scope: allDrivers, version: requestedVersion }, driverId);
  const { build, row, total: size, version } = own;
  if (build === null || version === 0 || !row) return notFound;
  const { rank, score, minutes, place: index } = row;
  const { origin, salt, leaves, roots } = await readProofParts(database, build, index);
  if (salt === null) return notFound;
  const { seq, places } = origin;
  const head = await headAt(database, driverId, seq);
  const leaf: Leaf = { month, version, rank, driverId, score, minutes, places, seq, head, salt };
  const root = rootOf(roots, sha256Bytes);
  const path = [
    ...inclusionPath(leaves, index % leavesPerBlock, sha256Bytes),
    ...inclusionPath(roots, Math.floor(index / leavesPerBlock), sha256Bytes),
  ];
  const isIncluded = verifyInclusion(
    root,
    leafHash(leafBytes(leaf), sha256Bytes),
    { index, size, path },
    sha256Bytes,
  );
  if (!isIncluded)
    throw new Error(`the row of ${driverId} in ${month} does not match the root of its version`);
  return { month, version, leaf: { ...leaf }, index, size, path: path.map(hex), root: hex(root) };
}

/** Erases the driver's salt in every version, so that no leaf can be linked to the driver any more. */
export async function eraseProofs(ports: ReadPorts, driverId: string): Promise<void> {
  const { account } = await readAccount(ports.database, driverId);
  const entries = await waitForHistory(ports.database, driverId, account.seq);
  for (const month of new Set(entries.map(rankingMonthOf))) {
    if (month !== null) await eraseProofsOf(ports, month, driverId);
  }
}

async function eraseProofsOf({ database, reader }: ReadPorts, month: Month, driverId: string): Promise<void> {
  const { ranking } = await reader.own({ month, scope: allDrivers }, driverId);
  for (let version = ranking.version; version >= 1; version -= 1) {
    const { build, row } = await reader.own({ month, scope: allDrivers, version }, driverId);
    if (build !== null && row) await eraseSalt(database, build, row.place);
  }
}

/** The account's head at that time: the hash of the entry with that number, because entries never change. */
async function headAt(database: Database, driverId: string, seq: number): Promise<string> {
  const { entries } = await entriesOf(database, driverId, 1, seq + 1);
  const [entry] = entries;
  if (entry?.seq !== seq) throw new Error(`${driverId} has no entry ${seq}`);
  return entry.hash;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
