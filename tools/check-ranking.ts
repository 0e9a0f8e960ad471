import { createHash } from 'node:crypto';
import { canonical, type Json } from '../shared/kernel/canonical.ts';
import { leafHash, verifyInclusion } from '../shared/ranking/rules/merkle.ts';

/** A leaf with its inclusion path, as the API returns it. */
export interface RowProof {
  readonly leaf: { readonly [name: string]: unknown };
  readonly index: number;
  readonly size: number;
  readonly path: readonly string[];
}

/** Checks that the row is a leaf of the tree with this root, by the rules in docs/ranking-proof.md. */
export function provesRow({ leaf, index, size, path }: RowProof, root: string): boolean {
  const text = new TextEncoder().encode(canonical(leaf as Json));
  const hashes = path.map(bytesOf);
  return verifyInclusion(bytesOf(root), leafHash(text, sha256), { index, size, path: hashes }, sha256);
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

function bytesOf(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex');
}
