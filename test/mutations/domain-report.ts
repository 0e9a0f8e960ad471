import { survivors as explained } from './survivors.ts';

/** The part of a mutation testing report (its schema's version 2) that is read. */
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
  readonly was: string;
  readonly now: string;
  /** Why no test can tell; undefined where nobody has said. */
  readonly why: string | undefined;
}

export interface DomainResult {
  /** When Stryker was run, on which commit, with which versions: in words. */
  readonly on: string;
  readonly files: readonly { readonly file: string; readonly caught: number; readonly survived: number }[];
  readonly survivors: readonly (Omit<Survivor, 'line'> & { readonly why: string })[];
}

const caughtStatuses = new Set(['Killed', 'Timeout']);
const survivedStatuses = new Set(['Survived', 'NoCoverage']);

export function countsOf(report: Report): DomainResult['files'] {
  return Object.entries(report.files).map(([file, { mutants }]) => ({
    file,
    caught: mutants.filter(({ status }) => caughtStatuses.has(status)).length,
    survived: mutants.filter(({ status }) => survivedStatuses.has(status)).length,
  }));
}

export function survivorsOf(report: Report): Survivor[] {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => survivedStatuses.has(status))
      .map(({ location, replacement = '' }) => {
        const was = textAt(source, location);
        const why = explained.find(
          one => one.file === file && one.was === was && one.now === replacement,
        )?.why;
        return { file, line: location.start.line, was, now: replacement, why };
      }),
  );
}

/** Errors in a mutant are no tests that have failed. */
export function brokenCount(report: Report): number {
  return Object.values(report.files)
    .flatMap(({ mutants }) => mutants)
    .filter(({ status }) => !caughtStatuses.has(status) && !survivedStatuses.has(status)).length;
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
