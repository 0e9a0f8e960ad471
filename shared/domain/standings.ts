import { spread } from './spread.ts';

/** The scope that everybody is in. */
export const everybody = 'all';

/** What a profile says of where a driver belongs. */
export interface Affiliation {
  readonly district: string | null;
  readonly platformId: string | null;
  readonly occupation: string | null;
}

/** The scopes that a driver is ranked in; one without a profile is in the first alone. */
export function scopesOf(affiliation: Affiliation | undefined): string[] {
  const { district, platformId, occupation } = affiliation ?? {};
  return [
    everybody,
    ...(district ? [`district:${district}`] : []),
    ...(occupation ? [`occupation:${occupation}`] : []),
    ...(platformId ? [`platform:${platformId}`] : []),
  ];
}

const firstCapacity = 1024;

/** Numbers for combinations of scopes: a city has some hundred of them for all its drivers. */
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

/**
 * Which scopes each driver is in. Names are found by a table of numbers: a Map of a million names, and the same names
 * once more in the standings, take a hundred megabytes that a small function has not got.
 */
export class Roster {
  /** Who has been forgotten: a few of all. */
  readonly erased = new Set<string>();
  readonly #driverIds: string[] = [];
  #scopeSetNumbers = new Uint32Array(firstCapacity);
  /** Numbers of drivers, counted from 1, each at the first free place behind its hash; never more than half full. */
  #slots = new Uint32Array(2 * firstCapacity);

  set(driverId: string, scopeSetNumber: number): void {
    const slot = this.#slotOf(driverId);
    const known = this.#slots[slot] ?? 0;
    if (known > 0) this.#scopeSetNumbers[known - 1] = scopeSetNumber;
    else this.#append(driverId, scopeSetNumber, slot);
  }

  /** Undefined where nobody knows the driver; else with the name as the roster holds it, so that it is held once. */
  get(driverId: string): { readonly driverId: string; readonly scopeSetNumber: number } | undefined {
    const index = (this.#slots[this.#slotOf(driverId)] ?? 0) - 1;
    const known = this.#driverIds[index];
    if (known === undefined) return undefined;
    return { driverId: known, scopeSetNumber: this.#scopeSetNumbers[index] ?? 0 };
  }

  #append(driverId: string, scopeSetNumber: number, slot: number): void {
    const count = this.#driverIds.push(driverId);
    this.#slots[slot] = count;
    if (count > this.#scopeSetNumbers.length) this.#grow();
    this.#scopeSetNumbers[count - 1] = scopeSetNumber;
  }

  #slotOf(driverId: string): number {
    const mask = this.#slots.length - 1;
    let slot = spread(driverId) & mask;
    for (;;) {
      const known = this.#slots[slot] ?? 0;
      if (known === 0 || this.#driverIds[known - 1] === driverId) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const capacity = this.#scopeSetNumbers.length * 2;
    this.#scopeSetNumbers = copiedInto(new Uint32Array(capacity), this.#scopeSetNumbers);
    this.#slots = new Uint32Array(2 * capacity);
    for (const [index, driverId] of this.#driverIds.entries())
      this.#slots[this.#slotOf(driverId)] = index + 1;
  }
}

/** The state of an account that a standing was read from. */
export interface Source {
  readonly seq: number;
  /** 64 hex digits. */
  readonly head: string;
}

const headBytes = 32;
/** Heads are the largest column: in pieces they need not be copied when there is one more. */
const sourcesPerChunk = 4096;

/**
 * The standings of one month, a column for each thing that is known of a driver: a million of them fit into a small
 * function. Who has no point is not in it.
 */
export class Standings {
  readonly scopeSets: ScopeSets;
  readonly driverIds: string[] = [];
  scores = new Float64Array(firstCapacity);
  minutes = new Float64Array(firstCapacity);
  scopeSetNumbers = new Uint32Array(firstCapacity);
  /** Filled only where a version is to be proved. */
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
