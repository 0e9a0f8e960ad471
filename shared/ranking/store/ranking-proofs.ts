import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../dynamo/client.ts';
import { retry, retryOnConflict } from '../../dynamo/retry.ts';
import { isConditionFailure } from '../../dynamo/transaction.ts';
import { StoredLeaves, StoredRoots, StoredSalts } from '../contract/ranking-items.ts';
import { leavesPerBlock, type Origin, unpackOrigins } from '../rules/ranking-proof.ts';
import { blockIds, readBlocks } from './ranking-blocks.ts';

export const saltBytes = 16;
const hashBytes = 32;

/** The stored parts of the proof of one place of a version. */
export interface ProofParts {
  readonly origin: Origin;
  /** Null once the salt has been erased. */
  readonly salt: string | null;
  /** Leaf hashes of the block that contains the place. */
  readonly leaves: Uint8Array[];
  /** Roots of all blocks. */
  readonly roots: Uint8Array[];
}

export async function readProofParts(database: Database, build: string, place: number): Promise<ProofParts> {
  const number = Math.floor(place / leavesPerBlock);
  const ids = {
    leaves: blockIds.leaves(build, number),
    salts: blockIds.salts(build, number),
    roots: blockIds.roots(build),
  };
  const found = await readBlocks(database, Object.values(ids));
  const block = StoredLeaves.parse(found.get(ids.leaves));
  const { salts } = StoredSalts.parse(found.get(ids.salts));
  const { roots } = StoredRoots.parse(found.get(ids.roots));
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

/** Overwrites the salt of one place with zeros. The leaf then no longer identifies its driver; the tree is unchanged. */
export async function eraseSalt(database: Database, build: string, place: number): Promise<void> {
  const blockId = blockIds.salts(build, Math.floor(place / leavesPerBlock));
  const index = place % leavesPerBlock;
  await retryOnConflict(`the salts ${blockId}`, async () => {
    const { salts } = StoredSalts.parse((await readBlocks(database, [blockId])).get(blockId));
    const withoutSalt = Uint8Array.from(salts).fill(0, index * saltBytes, (index + 1) * saltBytes);
    return (await replaceSalts(database, blockId, salts, withoutSalt)) ? 'erased' : retry;
  });
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
