import { explanations } from './explanations.ts';

/** The part of a mutation testing report (schema version 2) that is read. */
export interface Report {
  readonly files: Readonly<
    Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>
  >;
}

interface ReportedMutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Survivor {
  readonly file: string;
  readonly line: number;
  readonly mutator: string;
  readonly original: string;
  readonly replacement: string;
  /** Why no test can tell it from the original; undefined if `explanations.ts` does not say. */
  readonly why?: string;
}

export interface StrykerResult {
  readonly killed: number;
  /** Mutants that could not be run, such as those that do not compile. They count neither way. */
  readonly invalid: number;
  readonly survivors: readonly Survivor[];
}

const killedStatuses = new Set(['Killed', 'Timeout']);
const survivedStatuses = new Set(['Survived', 'NoCoverage']);

export function resultOf(report: Report): StrykerResult {
  const all = Object.values(report.files).flatMap(({ mutants }) => mutants);
  const killed = all.filter(({ status }) => killedStatuses.has(status)).length;
  const survivors = explained(survivorsIn(report));
  return { killed, invalid: all.length - killed - survivors.length, survivors };
}

/** Explanations of these files that no survivor needs: they may go, or their file was renamed. */
export function unusedExplanations(files: readonly string[], { survivors }: StrykerResult): string[] {
  const used = new Set(survivors.map(({ why }) => why));
  return explanations
    .filter(one => files.some(file => file.endsWith(one.file)) && !used.has(one.why))
    .map(({ file, mutator, why }) => `${file}, ${mutator}: ${why}`);
}

/** Killed mutants per hundred. */
export function scoreOf({ killed, survivors }: StrykerResult): number {
  const total = killed + survivors.length;
  return total === 0 ? 100 : (100 * killed) / total;
}

function survivorsIn(report: Report): Survivor[] {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => survivedStatuses.has(status))
      .map(({ mutatorName, location, replacement = '' }) => ({
        ...{ file, line: location.start.line, mutator: mutatorName },
        ...{ original: textAt(source, location), replacement },
      })),
  );
}

/** An explanation covers at most `count` survivors: one more of its kind is new and needs a look. */
function explained(survivors: readonly Survivor[]): Survivor[] {
  const left = new Map(explanations.map(one => [one, one.count]));
  return survivors.map(survivor => {
    const found = explanations.find(
      one =>
        survivor.file.endsWith(one.file) &&
        survivor.mutator === one.mutator &&
        one.replacement.test(survivor.replacement) &&
        (left.get(one) ?? 0) > 0,
    );
    if (!found) return survivor;
    left.set(found, (left.get(found) ?? 0) - 1);
    return { ...survivor, why: found.why };
  });
}

function textAt(source: string, { start, end }: ReportedMutant['location']): string {
  const offsetOf = ({ line, column }: Position) =>
    source
      .split('\n')
      .slice(0, line - 1)
      .reduce((sum, text) => sum + text.length + 1, 0) +
    column -
    1;
  return source.slice(offsetOf(start), offsetOf(end));
}
