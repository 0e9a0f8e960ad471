import { canonical } from '../../kernel/canonical.ts';
import type { Month } from '../../kernel/time.ts';
import { PackedReader, PackedWriter } from './packed.ts';
import { type Board, type Row, rowAt } from './ranking.ts';
import { allDrivers, type Source, type Standings } from './standings.ts';

/** Leaves per stored block: a power of two, so that the root of a block is a node of the whole tree. */
export const leavesPerBlock = 1024;

/** One leaf of a version's tree: a driver's row and the account state that it was made from. */
export interface Leaf extends Row, Source {
  readonly month: Month;
  readonly version: number;
  /** The driver's rank in each of the driver's scopes. */
  readonly places: Readonly<Record<string, number>>;
  /** 32 random hex digits for this driver and version. Without the salt, a leaf hash does not reveal its driver. */
  readonly salt: string;
}

/** The bytes of a leaf that are hashed: canonical JSON (RFC 8785) as UTF-8. */
export function leafBytes(leaf: Leaf): Uint8Array {
  const { month, version, rank, driverId, score, minutes, places, seq, head, salt } = leaf;
  return new TextEncoder().encode(
    canonical({ month, version, rank, driverId, score, minutes, places, seq, head, salt }),
  );
}

/** A driver of a version: the row in the scope of all drivers, every rank, and the account state it was made from. */
export interface RankedDriver extends Row, Source {
  readonly places: Readonly<Record<string, number>>;
}

/** All drivers by place. Every scope has the same order, so one pass finds each driver's ranks in all scopes. */
export function* rankedDrivers(standings: Standings, boards: readonly Board[]): Generator<RankedDriver> {
  const all = boards.find(({ scope }) => scope === allDrivers);
  const walks = new Map(boards.map(board => [board.scope, { board, place: 0 }]));
  for (let place = 0; place < (all?.drivers.length ?? 0); place += 1) {
    const driver = all?.drivers[place] ?? -1;
    const places: Record<string, number> = {};
    for (const scope of standings.scopesOf(driver)) {
      const walk = walks.get(scope);
      if (walk) places[scope] = walk.board.ranks[walk.place++] ?? 0;
    }
    const source = standings.sourceOf(driver);
    if (!all || !source)
      throw new Error('a version can only be proved with the account states that it was made from');
    yield { ...rowAt(standings, all, place), ...source, places };
  }
}

/** What is stored of each driver to rebuild the leaf: sequence number of the last entry, and ranks by scope. */
export interface Origin {
  readonly driverId: string;
  readonly seq: number;
  readonly places: Readonly<Record<string, number>>;
}

/** The packed origins of one block. They refer to scopes by their index in `scopes`. */
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
