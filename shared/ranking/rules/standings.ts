import { DriverNumbers } from './driver-numbers.ts';

/** The scope that contains every driver. */
export const allDrivers = 'all';

/** The fields of a profile that decide a driver's scopes. */
export interface Affiliation {
  readonly district: string | null;
  readonly platformId: string | null;
  readonly occupation: string | null;
}

/** The scopes in which a driver is ranked. A driver without a profile is ranked among all drivers only. */
export function scopesOf(affiliation: Affiliation | undefined): string[] {
  const { district, platformId, occupation } = affiliation ?? {};
  return [
    allDrivers,
    ...(district ? [`district:${district}`] : []),
    ...(occupation ? [`occupation:${occupation}`] : []),
    ...(platformId ? [`platform:${platformId}`] : []),
  ];
}

const firstCapacity = 1024;

/** Numbers the combinations of scopes. A city has about a hundred combinations for all its drivers. */
export class ScopeSets {
  readonly sets: string[][] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(scopes: readonly string[]): number {
    const name = scopes.join(' ');
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.sets.length);
    return this.sets.push([...scopes]) - 1;
  }
}

/** Maps each driver to the number of the driver's combination of scopes. */
export class Roster extends DriverNumbers {
  /** Erased drivers: a small share of all drivers. */
  readonly erased = new Set<string>();
}

/** The state of the account that a standing was read from: the last entry's sequence number and hash. */
export interface Source {
  readonly seq: number;
  /** 64 hex digits. */
  readonly head: string;
}

const headBytes = 32;
/** Heads are the largest column. Chunks let it grow without copying. */
const sourcesPerChunk = 4096;

/**
 * The standings of one month, stored in columns, so that a million drivers fit into a small function's memory. Drivers
 * without points are left out.
 */
export class Standings {
  readonly scopeSets: ScopeSets;
  readonly driverIds: string[] = [];
  scores = new Float64Array(firstCapacity);
  minutes = new Float64Array(firstCapacity);
  scopeSetNumbers = new Uint32Array(firstCapacity);
  /** Filled only for a frozen version, which needs a proof. */
  readonly #seqs: Float64Array[] = [];
  readonly #heads: Uint8Array[] = [];

  constructor(scopeSets: ScopeSets) {
    this.scopeSets = scopeSets;
  }

  get count(): number {
    return this.driverIds.length;
  }

  add(
    driverId: string,
    { score, minutes }: { readonly score: number; readonly minutes: number },
    scopeSetNumber: number,
    source?: Source,
  ): void {
    if (score <= 0) return;
    const index = this.driverIds.push(driverId) - 1;
    if (index === this.scores.length) this.#grow();
    this.scores[index] = score;
    this.minutes[index] = minutes;
    this.scopeSetNumbers[index] = scopeSetNumber;
    if (source) this.#addSource(index, source);
  }

  sourceOf(index: number): Source | undefined {
    const chunk = Math.floor(index / sourcesPerChunk);
    const at = index % sourcesPerChunk;
    const seq = this.#seqs[chunk]?.[at];
    if (!seq) return undefined;
    return { seq, head: hexOf(this.#heads[chunk]?.subarray(at * headBytes, (at + 1) * headBytes) ?? []) };
  }

  scopesOf(index: number): readonly string[] {
    return this.scopeSets.sets[this.scopeSetNumbers[index] ?? -1] ?? [];
  }

  #addSource(index: number, { seq, head }: Source): void {
    const chunk = Math.floor(index / sourcesPerChunk);
    const at = index % sourcesPerChunk;
    this.#seqs[chunk] ??= new Float64Array(sourcesPerChunk);
    this.#heads[chunk] ??= new Uint8Array(sourcesPerChunk * headBytes);
    this.#seqs[chunk][at] = seq;
    writeHex(head, this.#heads[chunk], at * headBytes);
  }

  #grow(): void {
    const capacity = this.scores.length * 2;
    this.scores = copiedInto(new Float64Array(capacity), this.scores);
    this.minutes = copiedInto(new Float64Array(capacity), this.minutes);
    this.scopeSetNumbers = copiedInto(new Uint32Array(capacity), this.scopeSetNumbers);
  }
}

function copiedInto<Column extends Float64Array | Uint32Array | Uint8Array>(
  larger: Column,
  column: Column,
): Column {
  larger.set(column);
  return larger;
}

function hexOf(bytes: Iterable<number>): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

function writeHex(text: string, bytes: Uint8Array, start: number): void {
  for (let at = 0; at < headBytes; at += 1) {
    bytes[start + at] = hexDigit(text, at * 2) * 16 + hexDigit(text, at * 2 + 1);
  }
}

function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code <= 57 ? code - 48 : code - 87;
}
