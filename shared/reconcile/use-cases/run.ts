import type { Database } from '../../dynamo/client.ts';
import { type Instant, minuteMs, toLocalIso } from '../../kernel/time.ts';
import { readAllVersions } from '../../ranking/store/ranking-months.ts';
import type { ReconciliationView, StoredRun } from '../contract/reconciliations.ts';
import type { Difference } from '../rules/difference.ts';
import { addToChunks, mergeChunks } from '../rules/sum-chunks.ts';
import { addSums, type Sums } from '../rules/sums.ts';
import {
  type CurrentRun,
  readCurrentRun,
  replaceCurrentRun,
  storeFinishedRun,
} from '../store/reconciliations.ts';
import { readSums, writeSums } from '../store/run-sums.ts';
import { driversPhase } from './check-drivers.ts';
import { ledgerPhase } from './check-ledger.ts';
import { rankingsPhase } from './check-rankings.ts';
import { redemptionsPhase } from './check-redemptions.ts';
import { stockPhase } from './check-stock.ts';
import { addCounts, type Findings, mergeFindings, noFindings, type Phase } from './phase.ts';

/** In the order of execution. */
const phases: readonly Phase[] = [driversPhase, ledgerPhase, stockPhase, redemptionsPhase, rankingsPhase];

export interface ReconcilePorts {
  readonly database: Database;
  readonly now: () => Instant;
  /** Returns false when there is no time for another page. */
  readonly hasTime: () => boolean;
  readonly pauseMs: (durationMs: number) => Promise<void>;
  readonly onDifference: (difference: Difference) => void;
  /** Lowers the page size of all phases; for tests. */
  readonly itemsPerPage?: number;
}

export type RunOutcome =
  | { readonly state: 'finished'; readonly view: ReconciliationView }
  /** Out of time. A later invocation resumes the run. */
  | { readonly state: 'unfinished'; readonly phase: string }
  /** Another invocation has taken over the run. */
  | { readonly state: 'taken-over' }
  | { readonly state: 'nothing-to-do' };

/**
 * Resumes the unfinished run, or starts one. It also starts one when the unfinished run cannot be resumed: its phase no
 * longer exists in this release, or its sums are missing. Each step is stored before the next one starts, so an
 * interruption loses one step at most.
 *
 * @param mayStart false to resume only
 */
export async function reconcile(ports: ReconcilePorts, mayStart: boolean): Promise<RunOutcome> {
  const { database } = ports;
  const found = await readCurrentRun(database);
  if (!found.run && !mayStart) return { state: 'nothing-to-do' };
  const progress = (await resumable(database, found.run)) ?? { run: await newRun(ports), chunks: [] };
  let { run, chunks } = progress;
  // A concurrent invocation fails at its next write, because this write has changed the revision.
  let current = await replaceCurrentRun(database, found, run);
  for (;;) {
    if (!current) return { state: 'taken-over' };
    if (!ports.hasTime()) return { state: 'unfinished', phase: run.phase };
    const { next, sums, differences } = await nextStep(ports, run, mergeChunks(chunks));
    differences.forEach(ports.onDifference);
    if (!next.phase) return finish(ports, current, next);
    const after = addToChunks(chunks, sums);
    const places = await writeSums(database, after.chunks, after.changed, run.places, current.revision + 1);
    if (!places) return { state: 'taken-over' };
    run = { ...next, places };
    chunks = after.chunks;
    current = await replaceCurrentRun(database, current, run);
  }
}

/** The unfinished run with its sums; undefined if it cannot be resumed. */
async function resumable(database: Database, run: StoredRun | null) {
  if (!run || !phases.some(({ name }) => name === run.phase)) return undefined;
  const chunks = await readSums(database, run.places);
  return chunks && { run, chunks };
}

/** No function runs longer, so entries recorded before that are committed and in every index. */
const settledAfterMs = 15 * minuteMs;

async function newRun({ database, now, onDifference }: ReconcilePorts): Promise<StoredRun> {
  const startedAt = now();
  const records = await readAllVersions(database);
  const differences = records.flatMap(({ month, version, stored }) =>
    stored ? [] : [{ difference: 'version-unreadable', month, version } as const],
  );
  differences.forEach(onDifference);
  const versions = records.flatMap(({ stored }) => {
    if (!stored) return [];
    const { month, version, asOf, build, total } = stored;
    return [{ month, version, asOf, build, total }];
  });
  const run: StoredRun = {
    startedAt: toLocalIso(startedAt),
    cutoff: startedAt - settledAfterMs,
    ...startOfPhase(phases[0]),
    versions,
    places: [],
    checked: {},
    byKind: {},
    first: [],
  };
  return withFindings(run, { ...noFindings, differences });
}

function startOfPhase(phase: Phase | undefined): Pick<StoredRun, 'phase' | 'positions'> {
  return { phase: phase?.name ?? '', positions: Array.from({ length: phase?.segments ?? 0 }, () => ({})) };
}

/** Checks one page of every segment concurrently. The next run state has an empty phase after the last phase. */
async function nextStep(ports: ReconcilePorts, run: StoredRun, sumsBefore: Sums) {
  const phase = phases.find(({ name }) => name === run.phase);
  if (!phase) throw new Error(`unknown phase ${run.phase}`);
  const { cutoff, versions } = run;
  const context = { itemsPerPage: Number.POSITIVE_INFINITY, ...ports, cutoff, versions, sums: sumsBefore };
  const pages = await Promise.all(
    run.positions.map((from, number) =>
      from === null ? null : phase.page(context, { number, of: phase.segments }, from),
    ),
  );
  const findings = mergeFindings(pages.flatMap(page => page?.findings ?? []));
  const positions = pages.map(page => page?.next ?? null);
  const atEnd = positions.every(position => position === null);
  const concluded = atEnd ? (phase.conclude?.(addSums(sumsBefore, findings.sums), context) ?? []) : [];
  const differences = [...findings.differences, ...concluded];
  const after = atEnd ? startOfPhase(phases[phases.indexOf(phase) + 1]) : { phase: run.phase, positions };
  return { next: { ...withFindings(run, { ...findings, differences }), ...after }, ...findings, differences };
}

/** Differences stored with the run. The log has all of them. */
const firstMax = 50;

function withFindings(run: StoredRun, { differences, checked }: Findings): StoredRun {
  const byKind = differences.reduce(
    (counts, { difference }) => addCounts(counts, { [difference]: 1 }),
    run.byKind,
  );
  return {
    ...run,
    checked: addCounts(run.checked, checked),
    byKind,
    first: [...run.first, ...differences.map(one => ({ ...one }))].slice(0, firstMax),
  };
}

async function finish(
  { database, now }: ReconcilePorts,
  current: CurrentRun,
  { startedAt, checked, byKind, first }: StoredRun,
): Promise<RunOutcome> {
  const differences = Object.values(byKind).reduce((sum, count) => sum + count, 0);
  const view = { startedAt, finishedAt: toLocalIso(now()), checked, differences, byKind, first };
  await storeFinishedRun(database, view);
  return (await replaceCurrentRun(database, current, null))
    ? { state: 'finished', view }
    : { state: 'taken-over' };
}
