/** One number of several rounds: the middle one, and how far the others lie from it. */
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
  /** What must be known to read it. */
  readonly notes?: readonly string[];
}

/** One line of the README's table of figures. */
export interface Figure {
  readonly what: string;
  readonly value: Cell;
  readonly unit: string;
  /** What is allowed or aimed at; absent where the number only informs. */
  readonly goal?: string;
}

export interface Result {
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
}

export interface Context {
  /** Rounds of what is timed; what is counted takes one. */
  readonly rounds: number;
  /** Smaller sizes, for a look whether everything runs. */
  readonly quick: boolean;
  /** Tells how far a part has come. */
  readonly step: (done: number, of: number, note?: string) => void;
}

/** Counted figures must not vary from run to run; measured ones come with their spread. */
export type Part = PartOfAnyKind &
  (
    | { readonly kind: 'counted' }
    | { readonly kind: 'measured' /** Unless told otherwise. */; readonly rounds: number }
  );

interface PartOfAnyKind {
  readonly id: string;
  readonly title: string;
  readonly run: (context: Context) => Promise<Result>;
}

/** Fewer show no spread: nothing is written down that was measured in fewer. */
export const roundsMin = 3;

/** @returns what is wrong with writing these down, as a sentence */
export function unfitForDocs(parts: readonly Part[], rounds: number | undefined): string | undefined {
  const few = parts.filter(part => part.kind === 'measured' && (rounds ?? part.rounds) < roundsMin);
  if (few.length === 0) return undefined;
  const names = few.map(({ id }) => id).join(', ');
  return `What is written down is the median of ${roundsMin} rounds or more, and ${names} would have ${rounds}: leave --write-docs away, or ask for more.`;
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

/** Round by round one against the other: what happened to the machine meanwhile happened to both. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Spread {
  return spreadOf(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}
