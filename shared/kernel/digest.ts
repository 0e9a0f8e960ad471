import { createHash } from 'node:crypto';
import type { Sha256, Sha256Bytes } from './canonical.ts';

export const sha256: Sha256 = text => createHash('sha256').update(text).digest('hex');

/** Spreads keys evenly over `count` places: the same key always goes to the same place. */
export function shardOf(key: string, count: number): number {
  return createHash('sha256').update(key).digest().readUInt32BE() % count;
}

export const sha256Bytes: Sha256Bytes = bytes => createHash('sha256').update(bytes).digest();

/** The digest of a text that comes in pieces. */
export function sha256OfPieces(pieces: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
