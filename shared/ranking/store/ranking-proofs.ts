import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../dynamo/client.ts';
import { isConditionFailure } from '../../dynamo/transaction.ts';
import { StoredLeaves, StoredRoots, StoredSalts } from '../contract/ranking-items.ts';
import { leavesPerBlock, type Origin, unpackOrigins } from '../rules/ranking-proof.ts';
import { blockIds, readBlocks } from './ranking-blocks.ts';

export const saltBytes = 16;
const hashBytes = 32;

/** What leads from one place of a version to its root. */
export interface ProofParts {
  readonly origin: Origin;
  /** Null where it has been forgotten. */
  readonly salt: string | null;
  /** Leaf hashes of the block that the place is in. */
  readonly leaves: Uint8Array[];
  /** Roots of all blocks. */
  readonly roots: Uint8Array[];
}

export async function readProofParts(database: Database, build: string, place: number): Promise<ProofParts> {
  const number = Math.floor(place / leavesPerBlock);
  const names = [blockIds.leaves(build, number), blockIds.salts(build, number), blockIds.roots(build)];
  const found = await readBlocks(database, names);
  const [block, { salts }, { roots }] = [
    StoredLeaves.parse(found.get(names[0] ?? '')),
    StoredSalts.parse(found.get(names[1] ?? '')),
    StoredRoots.parse(found.get(names[2] ?? '')),
  ];
  const index = place % leavesPerBlock;
  const origin = unpackOrigins(block)[index];
  if (!origin) throw new Error(`${build} has no origin of place ${place}`);
  const salt = salts.subarray(index * saltBytes, (index + 1) * saltBytes);
  return {
    origin,
    salt: salt.every(byte => byte === 0) ? null : Buffer.from(salt).toString('hex'),
    leaves: hashesOf(block.leaves),
    roots: hashesOf(roots),
  };
}

/** Forgets the salt of one place: from then on nobody can tell whose leaf it is. The tree stays as it is. */
export async function eraseSalt(database: Database, build: string, place: number): Promise<void> {
  const blockId = blockIds.salts(build, Math.floor(place / leavesPerBlock));
  const index = place % leavesPerBlock;
  for (;;) {
    const { salts } = StoredSalts.parse((await readBlocks(database, [blockId])).get(blockId));
    const without = Uint8Array.from(salts).fill(0, index * saltBytes, (index + 1) * saltBytes);
    if (await replaceSalts(database, blockId, salts, without)) return;
  }
}

async function replaceSalts(database: Database, blockId: string, before: Uint8Array, after: Uint8Array) {
  try {
    await database.client.send(
      new PutCommand({
        TableName: database.tableName('rankingBlocks'),
        Item: { blockId, salts: after },
        ConditionExpression: 'salts = :read',
        ExpressionAttributeValues: { ':read': before },
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

function hashesOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / hashBytes }, (_, index) =>
    bytes.subarray(index * hashBytes, (index + 1) * hashBytes),
  );
}
