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

/** The state of an account that a standing was read from. */
export interface Source {
  readonly seq: number;
  readonly head: string;
}

const firstCapacity = 1024;

/**
 * The standings of one month, a column for each thing that is known of a driver: a million of them fit into a small
 * function. Who has no point is not in it.
 */
export class Standings {
  readonly scopeSets: ScopeSets;
  readonly driverIds: string[] = [];
  /** Filled only where a version is to be proved. */
  readonly sources: Source[] = [];
  scores = new Float64Array(firstCapacity);
  minutes = new Float64Array(firstCapacity);
  scopeSetNumbers = new Uint32Array(firstCapacity);

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
    if (source) this.sources.push(source);
  }

  scopesOf(index: number): readonly string[] {
    return this.scopeSets.sets[this.scopeSetNumbers[index] ?? -1] ?? [];
  }

  #grow(): void {
    this.scores = doubled(this.scores, new Float64Array(this.scores.length * 2));
    this.minutes = doubled(this.minutes, new Float64Array(this.minutes.length * 2));
    this.scopeSetNumbers = doubled(this.scopeSetNumbers, new Uint32Array(this.scopeSetNumbers.length * 2));
  }
}

function doubled<Column extends Float64Array | Uint32Array>(column: Column, larger: Column): Column {
  larger.set(column);
  return larger;
}
