import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Bytes } from '../../../shared/kernel/digest.ts';
import { inclusionPath, leafHash, rootOf, verifyInclusion } from '../../../shared/ranking/rules/merkle.ts';
import { rankBoards } from '../../../shared/ranking/rules/ranking.ts';
import {
  leafBytes,
  packOrigins,
  rankedDrivers,
  unpackOrigins,
} from '../../../shared/ranking/rules/ranking-proof.ts';
import { cityOf, naiveRanking, standingsOf } from '../../support/example-standings.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const leavesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => leafHash(Uint8Array.of(index % 256, index >> 8), sha256Bytes));

describe('the Merkle tree of a version', () => {
  it('computes the roots of the RFC 9162 reference vectors', () => {
    const leaves = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ].map(text => leafHash(Buffer.from(text, 'hex'), sha256Bytes));
    const roots = [1, 2, 3, 7, 8].map(size => hex(rootOf(leaves.slice(0, size), sha256Bytes)));
    expect(roots).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
  });

  it('verifies the inclusion path of every leaf and rejects a wrong leaf, index or path', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, at, other) => {
        const leaves = leavesOf(size);
        const root = rootOf(leaves, sha256Bytes);
        const index = at % size;
        const path = inclusionPath(leaves, index, sha256Bytes);
        const leaf = leaves[index] ?? new Uint8Array();
        expect(verifyInclusion(root, leaf, { index, size, path }, sha256Bytes)).toBe(true);
        const wrong = leaves[other % size] ?? new Uint8Array();
        if (wrong !== leaf)
          expect(verifyInclusion(root, wrong, { index, size, path }, sha256Bytes)).toBe(false);
        expect(verifyInclusion(root, leaf, { index: index + size, size, path }, sha256Bytes)).toBe(false);
        expect(verifyInclusion(root, leaf, { index, size, path: [...path, leaf] }, sha256Bytes)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('rejects an inclusion path that is too short, a negative index, and a root of another length', () => {
    const leaves = leavesOf(2);
    const [first, second] = leaves as [Uint8Array, Uint8Array];
    const root = rootOf(leaves, sha256Bytes);
    const verifies = (to: Uint8Array, index: number, path: Uint8Array[]) =>
      verifyInclusion(to, second, { index, size: 2, path }, sha256Bytes);
    expect(verifies(root, 1, [first])).toBe(true);
    expect(verifies(root, 1, [])).toBe(false);
    expect(verifies(root, -1, [first])).toBe(false);
    expect(verifies(Uint8Array.of(...root, 0), 1, [first])).toBe(false);
    expect(verifies(root.slice(0, 31), 1, [first])).toBe(false);
  });

  it('computes the same root and paths from the roots of whole blocks', () => {
    for (const size of [1, 7, 8, 9, 16, 29]) {
      const leaves = leavesOf(size);
      const blocks = Array.from({ length: Math.ceil(size / 8) }, (_, n) => leaves.slice(n * 8, n * 8 + 8));
      const roots = blocks.map(block => rootOf(block, sha256Bytes));
      expect(hex(rootOf(roots, sha256Bytes))).toBe(hex(rootOf(leaves, sha256Bytes)));
      const index = size - 1;
      const path = [
        ...inclusionPath(blocks[Math.floor(index / 8)] ?? [], index % 8, sha256Bytes),
        ...inclusionPath(roots, Math.floor(index / 8), sha256Bytes),
      ];
      expect(path.map(hex)).toEqual(inclusionPath(leaves, index, sha256Bytes).map(hex));
    }
  });
});

describe('a leaf of the tree', () => {
  it('hashes a leaf as canonical JSON, as in the test vector of docs/ranking-proof.md', () => {
    const leaf = {
      month: '2026-03',
      version: 1,
      rank: 2,
      driverId: 'd-00001',
      score: 30,
      minutes: 90,
      places: { 'platform:hongcheng-rides': 1, all: 2 },
      seq: 1,
      head: '7829a470c0b762e998bdda2eea77bd3ba577f68b238394937e99a58906d3c3f1',
      salt: '000102030405060708090a0b0c0d0e0f',
    };
    expect(Buffer.from(leafBytes(leaf)).toString()).toBe(
      '{"driverId":"d-00001","head":"7829a470c0b762e998bdda2eea77bd3ba577f68b238394937e99a58906d3c3f1",' +
        '"minutes":90,"month":"2026-03","places":{"all":2,"platform:hongcheng-rides":1},"rank":2,' +
        '"salt":"000102030405060708090a0b0c0d0e0f","score":30,"seq":1,"version":1}',
    );
    const hash = leafHash(leafBytes(leaf), sha256Bytes);
    expect(hex(hash)).toBe('75358ec507aeb6ac4094fc22502a9487573bfe4864251c9db7c036e200232c54');
    const before = Buffer.from('11'.repeat(32), 'hex');
    expect(hex(rootOf([before, hash], sha256Bytes))).toBe(
      '7fb2608cf3428bbbd3588eaefad80878abaae42fe962b046572f3ace557fda67',
    );
  });

  it('puts the driver’s rank in every scope into the leaf and rebuilds it from the packed origin', () => {
    const all = cityOf(300);
    const standings = standingsOf(all);
    const leaves = [...rankedDrivers(standings, rankBoards(standings))];
    for (const { driverId, places } of leaves) {
      const ranks = Object.keys(places).map(scope => [
        scope,
        naiveRanking(all, scope).find(row => row.driverId === driverId)?.rank,
      ]);
      expect(places).toEqual(Object.fromEntries(ranks));
    }
    expect(unpackOrigins(packOrigins(leaves))).toEqual(
      leaves.map(({ driverId, seq, places }) => ({ driverId, seq, places })),
    );
  });
});
