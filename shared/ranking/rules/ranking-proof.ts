import { canonical } from '../../kernel/canonical.ts';
import type { Month } from '../../kernel/time.ts';
import { PackedReader, PackedWriter } from './packed.ts';
import { type Board, type Row, rowAt } from './ranking.ts';
import { everybody, type Source, type Standings } from './standings.ts';

/** Leaves that are kept together: a power of two, so that their root is a node of the tree. */
export const leavesPerBlock = 1024;

/** What one leaf of a version's tree says of one driver. */
export interface Leaf extends Row, Source {
  readonly month: Month;
  readonly version: number;
  /** The ranks in all the driver's scopes. */
  readonly places: Readonly<Record<string, number>>;
  /** 32 hex digits, drawn by lot for this driver and version: without it nobody can tell whose the leaf is. */
  readonly salt: string;
}

/** The text of a leaf: canonical JSON (RFC 8785), as UTF-8. */
export function leafBytes(leaf: Leaf): Uint8Array {
  const { month, version, rank, driverId, score, minutes, places, seq, head, salt } = leaf;
  return new TextEncoder().encode(
    canonical({ month, version, rank, driverId, score, minutes, places, seq, head, salt }),
  );
}

/** A driver of a version by place in the listing of everybody, with what the version was made from. */
export interface Listed extends Row, Source {
  readonly places: Readonly<Record<string, number>>;
}

/** All drivers by place. In each scope they stand in the same order, so one walk finds their ranks in all of them. */
export function* listed(standings: Standings, boards: readonly Board[]): Generator<Listed> {
  const all = boards.find(({ scope }) => scope === everybody);
  const walks = new Map(boards.map(board => [board.scope, { board, place: 0 }]));
  for (let place = 0; place < (all?.drivers.length ?? 0); place += 1) {
    const driver = all?.drivers[place] ?? -1;
    const places: Record<string, number> = {};
    for (const scope of standings.scopesOf(driver)) {
      const walk = walks.get(scope);
      if (walk) places[scope] = walk.board.ranks[walk.place++] ?? 0;
    }
    const source = standings.sourceOf(driver);
    if (!all || !source) throw new Error('a version is proved by the accounts that it was made from');
    yield { ...rowAt(standings, all, place), ...source, places };
  }
}

/** What is kept of each driver so that the leaf can be made again: number of the last entry, and ranks by scope. */
export interface Origin {
  readonly driverId: string;
  readonly seq: number;
  readonly places: Readonly<Record<string, number>>;
}

/** Origins of one block; the scopes that they name stand once. */
export interface OriginBlock {
  readonly scopes: readonly string[];
  readonly origins: Uint8Array;
}

export function packOrigins(origins: readonly Origin[]): OriginBlock {
  const scopes = [...new Set(origins.flatMap(({ places }) => Object.keys(places)))].sort();
  const numbers = new Map(scopes.map((scope, number) => [scope, number]));
  const writer = new PackedWriter();
  for (const { driverId, seq, places } of origins) {
    const ranks = Object.entries(places);
    writer.id(driverId).number(seq).number(ranks.length);
    for (const [scope, rank] of ranks) writer.number(numbers.get(scope) ?? 0).number(rank);
  }
  return { scopes, origins: writer.bytes() };
}

export function unpackOrigins({ scopes, origins }: OriginBlock): Origin[] {
  const reader = new PackedReader(origins);
  const all: Origin[] = [];
  while (!reader.atEnd) {
    const [driverId, seq, count] = [reader.id(), reader.number(), reader.number()];
    const places: Record<string, number> = {};
    for (let number = 0; number < count; number += 1) {
      places[scopes[reader.number()] ?? ''] = reader.number();
    }
    all.push({ driverId, seq, places });
  }
  return all;
}
