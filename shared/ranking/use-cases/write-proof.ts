import { randomBytes } from 'node:crypto';
import { type Item, putAll } from '../../dynamo/batch.ts';
import { sha256Bytes } from '../../kernel/digest.ts';
import type { Month } from '../../kernel/time.ts';
import { leafHash, rootOf } from '../rules/merkle.ts';
import type { Board } from '../rules/ranking.ts';
import {
  leafBytes,
  leavesPerBlock,
  packOrigins,
  type RankedDriver,
  rankedDrivers,
} from '../rules/ranking-proof.ts';
import type { Standings } from '../rules/standings.ts';
import { blockIds } from '../store/ranking-blocks.ts';
import { saltBytes } from '../store/ranking-proofs.ts';
import type { RankingPorts } from './ports.ts';

/**
 * Writes the leaf hashes of a version's tree, the origins to rebuild each leaf, and the salts. The salts are stored
 * apart, so that one can be erased. The salt of an already erased driver is not stored: it would restore the link
 * between the driver and the leaf.
 *
 * @returns the root in hex
 */
export async function writeProof(
  { database, signal }: RankingPorts,
  build: string,
  month: Month,
  version: number,
  standings: Standings,
  boards: readonly Board[],
  erased: ReadonlySet<string>,
): Promise<string> {
  const roots: Uint8Array[] = [];
  const items = function* (): Generator<Item> {
    for (const block of blocksOf(rankedDrivers(standings, boards))) {
      const salts = randomBytes(block.length * saltBytes);
      const leaves = block.map((driver, index) =>
        leafHash(leafBytes({ ...driver, month, version, salt: saltAt(salts, index) }), sha256Bytes),
      );
      for (const [index, { driverId }] of block.entries())
        if (erased.has(driverId)) salts.fill(0, index * saltBytes, (index + 1) * saltBytes);
      const number = roots.push(rootOf(leaves, sha256Bytes)) - 1;
      yield {
        blockId: blockIds.leaves(build, number),
        leaves: Buffer.concat(leaves),
        ...packOrigins(block),
      };
      yield { blockId: blockIds.salts(build, number), salts };
    }
    yield { blockId: blockIds.roots(build), roots: Buffer.concat(roots) };
  };
  await putAll(database, 'rankingBlocks', items(), signal);
  return Buffer.from(rootOf(roots, sha256Bytes)).toString('hex');
}

function saltAt(salts: Uint8Array, index: number): string {
  return Buffer.from(salts.subarray(index * saltBytes, (index + 1) * saltBytes)).toString('hex');
}

function* blocksOf(drivers: Iterable<RankedDriver>): Generator<RankedDriver[]> {
  let block: RankedDriver[] = [];
  for (const driver of drivers) {
    if (block.length === leavesPerBlock) {
      yield block;
      block = [];
    }
    block.push(driver);
  }
  if (block.length > 0) yield block;
}
