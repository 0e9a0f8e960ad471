import type { Sha256Bytes } from '../../kernel/canonical.ts';

const hashBytes = 32;

/** The Merkle tree of RFC 9162, section 2.1: the hash input of a leaf starts with byte 0, that of a node with byte 1. */
export function leafHash(leaf: Uint8Array, sha256: Sha256Bytes): Uint8Array {
  return sha256(joined(Uint8Array.of(0), leaf));
}

function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256Bytes): Uint8Array {
  return sha256(joined(Uint8Array.of(1), left, right));
}

/** The root over leaf hashes, or over the roots of blocks of leaves when the block size is a power of two. */
export function rootOf(hashes: readonly Uint8Array[], sha256: Sha256Bytes): Uint8Array {
  let level = hashes;
  while (level.length > 1) level = levelAbove(level, sha256);
  return level[0] ?? sha256(new Uint8Array());
}

/** The sibling hashes on the way from a leaf to the root, lowest level first (RFC 9162, section 2.1.3.1). */
export function inclusionPath(
  hashes: readonly Uint8Array[],
  index: number,
  sha256: Sha256Bytes,
): Uint8Array[] {
  const path: Uint8Array[] = [];
  let level = hashes;
  for (let place = index; level.length > 1; place = Math.floor(place / 2)) {
    const sibling = level[place % 2 === 0 ? place + 1 : place - 1];
    if (sibling) path.push(sibling);
    level = levelAbove(level, sha256);
  }
  return path;
}

/** Checks an inclusion path from the leaf at `index` of a tree of `size` leaves to the root (section 2.1.3.2). */
export function verifyInclusion(
  root: Uint8Array,
  leaf: Uint8Array,
  { index, size, path }: { index: number; size: number; path: readonly Uint8Array[] },
  sha256: Sha256Bytes,
): boolean {
  if (index < 0 || index >= size) return false;
  let hash = leaf;
  let used = 0;
  let last = size - 1;
  for (let place = index; last > 0; place = Math.floor(place / 2), last = Math.floor(last / 2)) {
    const hasNoSibling = place === last && place % 2 === 0;
    if (hasNoSibling) continue;
    const sibling = path[used++];
    if (!sibling) return false;
    hash = place % 2 === 0 ? nodeHash(hash, sibling, sha256) : nodeHash(sibling, hash, sha256);
  }
  return used === path.length && hash.every((byte, at) => byte === root[at]) && root.length === hashBytes;
}

/** A node without a sibling moves up unchanged. */
function levelAbove(level: readonly Uint8Array[], sha256: Sha256Bytes): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let place = 0; place < level.length; place += 2) {
    const [left, right] = [level[place], level[place + 1]];
    if (left) above.push(right ? nodeHash(left, right, sha256) : left);
  }
  return above;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
