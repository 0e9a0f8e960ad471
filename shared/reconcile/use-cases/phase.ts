import type { Database } from '../../dynamo/client.ts';
import type { Position, Segment } from '../../dynamo/scan.ts';
import type { Instant } from '../../kernel/time.ts';
import type { Difference } from '../rules/difference.ts';
import type { FrozenVersion } from '../rules/ranking-differences.ts';
import { addSums, type Sums } from '../rules/sums.ts';

/** A frozen version, with the build that holds its rows. */
export interface VersionToCheck extends FrozenVersion {
  readonly build: string;
  readonly total: number;
}

export interface PhaseContext {
  readonly database: Database;
  /** All versions that were frozen when the run started. */
  readonly versions: readonly VersionToCheck[];
  /** Everything recorded up to this time is in every table and index. */
  readonly cutoff: Instant;
  readonly now: () => Instant;
  /** The sums of the phases before. */
  readonly sums: Sums;
  readonly pauseMs: (durationMs: number) => Promise<void>;
  /** Upper limit of a page; tests lower it below the phase's own page size. */
  readonly itemsPerPage: number;
}

/** The result of checking one page. */
export interface Findings {
  readonly differences: readonly Difference[];
  readonly sums: Sums;
  /** Number of checked items by kind. */
  readonly checked: Readonly<Record<string, number>>;
}

export interface PhasePage {
  /** Null at the end of the segment. */
  readonly next: Position | null;
  readonly findings: Findings;
}

/** One phase of a run: checks one table page by page, several segments concurrently. */
export interface Phase {
  readonly name: string;
  readonly segments: number;
  readonly page: (context: PhaseContext, segment: Segment, from: Position) => Promise<PhasePage>;
  /** Compares the sums of the phases so far, including this one, when the phase ends. */
  readonly conclude?: (sums: Sums, context: PhaseContext) => Difference[];
}

export const noFindings: Findings = { differences: [], sums: {}, checked: {} };

/** Adds the findings of several pages. */
export function mergeFindings(all: readonly Findings[]): Findings {
  return all.reduce<Findings>(
    (one, other) => ({
      differences: [...one.differences, ...other.differences],
      sums: addSums(one.sums, other.sums),
      checked: addCounts(one.checked, other.checked),
    }),
    noFindings,
  );
}

export function addCounts(
  counts: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const all = { ...counts };
  for (const [name, count] of Object.entries(more)) all[name] = (all[name] ?? 0) + count;
  return all;
}

const recheckAfterMs = [300, 2000];

/**
 * Checks again, a little later, when there is a difference. A stale index or a change between two reads is not a
 * contradiction; a difference that remains is.
 */
export async function recheckDifferences(
  { pauseMs }: PhaseContext,
  check: (isRecheck: boolean) => Promise<Findings>,
): Promise<Findings> {
  let findings = await check(false);
  for (const durationMs of recheckAfterMs) {
    if (findings.differences.length === 0) return findings;
    await pauseMs(durationMs);
    findings = await check(true);
  }
  return findings;
}
