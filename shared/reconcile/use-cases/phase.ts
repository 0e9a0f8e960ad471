import type { Database } from '../../dynamo/client.ts';
import type { Position, Segment } from '../../dynamo/scan.ts';
import type { Instant } from '../../kernel/time.ts';
import { added, type Sums } from '../rules/counterparty-differences.ts';
import type { Difference } from '../rules/driver-differences.ts';
import type { FrozenVersion } from '../rules/ranking-differences.ts';

/** A frozen ranking, and where its rows lie. */
export interface VersionToCheck extends FrozenVersion {
  readonly build: string;
  readonly total: number;
}

export interface Context {
  readonly database: Database;
  /** All that were frozen when the run began. */
  readonly versions: readonly VersionToCheck[];
  /** What was recorded up to here surely is in every table and index. */
  readonly cutoff: Instant;
  readonly now: () => Instant;
  /** What the phases before have come to. */
  readonly sums: Sums;
  readonly pauseMs: (durationMs: number) => Promise<void>;
  /** Of a segment at most; less than a phase's own choice, where somebody wants it cut finer. */
  readonly itemsPerPage: number;
}

/** What a page of anything has come to. */
export interface Findings {
  readonly differences: readonly Difference[];
  readonly sums: Sums;
  /** How many of each thing were looked at. */
  readonly checked: Readonly<Record<string, number>>;
}

export interface PhasePage {
  /** Null where the segment is at its end. */
  readonly next: Position | null;
  readonly findings: Findings;
}

/** One part of the check: goes over one table, page by page, segments of it side by side. */
export interface Phase {
  readonly name: string;
  readonly segments: number;
  readonly page: (context: Context, segment: Segment, from: Position) => Promise<PhasePage>;
  /** What the sums of all phases say that have been taken, this one included, when it has come to its end. */
  readonly conclude?: (sums: Sums, context: Context) => Difference[];
}

export const noFindings: Findings = { differences: [], sums: {}, checked: {} };

export function together(all: readonly Findings[]): Findings {
  return all.reduce<Findings>(
    (one, other) => ({
      differences: [...one.differences, ...other.differences],
      sums: added(one.sums, other.sums),
      checked: counted(one.checked, other.checked),
    }),
    noFindings,
  );
}

export function counted(
  counts: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const all = { ...counts };
  for (const [name, count] of Object.entries(more)) all[name] = (all[name] ?? 0) + count;
  return all;
}

const lookAgainAfterMs = [300, 2000];

/**
 * Looks again, a little later, where there is a difference: an index that lags, or a change between two reads, is
 * none. What then still is there, is one.
 */
export async function confirmed(
  { pauseMs }: Context,
  look: (again: boolean) => Promise<Findings>,
): Promise<Findings> {
  let findings = await look(false);
  for (const durationMs of lookAgainAfterMs) {
    if (findings.differences.length === 0) return findings;
    await pauseMs(durationMs);
    findings = await look(true);
  }
  return findings;
}
