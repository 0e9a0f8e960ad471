/** One figure over several rounds: the median, and the lowest and highest round. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export type Cell = string | number | Spread | null;

export interface Table {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What a reader must know to understand the table. */
  readonly notes?: readonly string[];
}

/** One line of the summary. */
export interface Figure {
  readonly what: string;
  readonly value: Cell;
  readonly unit: string;
  /** The limit or the goal; absent where the figure only informs. */
  readonly goal?: string;
}

export interface Result {
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
  /** Counted figures above their budget, one sentence each. Any of them makes the command fail. */
  readonly overBudget?: readonly string[];
}

export interface Context {
  /** Rounds of a measured part; a counted part takes one. */
  readonly rounds: number;
  /** Small sizes, to see whether everything runs. */
  readonly quick: boolean;
  /** Reports progress. */
  readonly step: (done: number, of: number, note?: string) => void;
}

/** Counted figures are the same in every run; measured ones come with their spread. */
export type Part = AnyPart &
  (
    | { readonly kind: 'counted' }
    | { readonly kind: 'measured' /** Default number of rounds. */; readonly rounds: number }
  );

interface AnyPart {
  readonly id: string;
  readonly title: string;
  readonly run: (context: Context) => Promise<Result>;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: sorted[0] ?? 0, high: sorted.at(-1) ?? 0 };
}

/** @param sorted ascending */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return below + (above - below) * (at - Math.floor(at));
}

/** The ratio of each round, so that a disturbance of the machine, which hits both sides, cancels out. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Spread {
  return spreadOf(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}
