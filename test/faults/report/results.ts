import type { Origin } from '../../support/evidence.ts';
import type { Repetition } from '../forever.ts';
import { deliveryKinds } from '../kinds/delivery-kinds.ts';
import { wireKinds } from '../kinds/wire-kinds.ts';
import type { Trial } from '../matrix.ts';
import type { Mixture } from '../mixture/play.ts';

/** One row of the matrix: a use case and its results for each kind of fault. */
export interface Row {
  readonly useCase: string;
  readonly function: string;
  /** Number of calls the use case makes, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  readonly kinds: Readonly<Record<string, { readonly faults: number; readonly different: number }>>;
}

/** How a run was made. */
export interface Facts extends Origin {
  readonly seed: number;
  readonly seconds: number;
}

/** What a run found; faults.json holds this. */
export interface Results extends Facts {
  readonly faults: number;
  readonly different: number;
  readonly matrix: readonly Row[];
  readonly forever: readonly Repetition[];
  readonly mixtures: readonly Mixture[];
  readonly load: readonly PlainResult[];
  readonly fuzz: readonly PlainResult[];
  /** Every trial that left a different state than a run without faults. */
  readonly differences: readonly Trial[];
}

export interface PlainResult {
  readonly name: string;
  readonly figures: Readonly<Record<string, number | string>>;
  readonly differences: readonly string[];
}

/** Collects results in any order. */
export class Gatherer {
  readonly #rows = new Map<string, Row>();
  readonly #ended = new Set<string>();
  readonly #different: Trial[] = [];
  readonly forever: Repetition[] = [];
  readonly mixtures: Mixture[] = [];
  readonly load: PlainResult[] = [];
  readonly fuzz: PlainResult[] = [];

  begin(useCase: string, functionName: string): void {
    this.#rows.set(useCase, { useCase, function: functionName, calls: {}, kinds: {} });
  }

  /** Only use cases that were played to the end are part of the results. */
  end(useCase: string): void {
    this.#ended.add(useCase);
  }

  countCalls(useCase: string, operations: readonly string[]): void {
    if (operations.length === 0) return;
    const calls: Record<string, number> = {};
    for (const operation of operations) calls[operation] = (calls[operation] ?? 0) + 1;
    this.#change(useCase, row => ({ ...row, calls }));
  }

  add(trial: Trial): void {
    const isDifferent = trial.differences.length > 0;
    if (isDifferent) this.#different.push(trial);
    this.#change(trial.useCase, row => {
      const { faults = 0, different = 0 } = row.kinds[trial.kind] ?? {};
      const kind = { faults: faults + 1, different: different + (isDifferent ? 1 : 0) };
      return { ...row, kinds: { ...row.kinds, [trial.kind]: kind } };
    });
  }

  get differentCount(): number {
    const others = [...this.forever, ...this.mixtures, ...this.load, ...this.fuzz];
    return this.#different.length + others.filter(({ differences }) => differences.length > 0).length;
  }

  results(facts: Facts): Results {
    const { forever, mixtures, load, fuzz } = this;
    const matrix = [...this.#rows.values()].filter(({ useCase }) => this.#ended.has(useCase));
    return {
      ...facts,
      faults: matrix.reduce((sum, row) => sum + faultsOf(row), 0),
      different: this.differentCount,
      matrix,
      ...{ forever, mixtures, load, fuzz },
      differences: this.#different,
    };
  }

  #change(useCase: string, change: (row: Row) => Row): void {
    const row = this.#rows.get(useCase);
    if (row) this.#rows.set(useCase, change(row));
  }
}

/** Counts faults only; the final check of the books is a trial, but not a fault. */
export function faultsOf({ kinds }: Row): number {
  const faults = Object.entries(kinds).filter(([name]) => name in wireKinds || name in deliveryKinds);
  return faults.reduce((sum, [, { faults: count }]) => sum + count, 0);
}

export function isEqual({ kinds }: Row): boolean {
  return Object.values(kinds).every(({ different }) => different === 0);
}
