import type { Database } from '../../dynamo/client.ts';
import { type Instant, minuteMs, toLocalIso } from '../../kernel/time.ts';
import { readAllVersions } from '../../ranking/store/ranking-months.ts';
import type { ReconciliationView, StoredRun } from '../contract/reconciliations.ts';
import { added, type Sums } from '../rules/counterparty-differences.ts';
import type { Difference } from '../rules/driver-differences.ts';
import { addToChunks, mergeChunks } from '../rules/sum-chunks.ts';
import {
  type CurrentRun,
  keepFinishedRun,
  readCurrentRun,
  replaceCurrentRun,
} from '../store/reconciliations.ts';
import { readSums, writeSums } from '../store/run-sums.ts';
import { driversPhase } from './check-drivers.ts';
import { ledgerPhase } from './check-ledger.ts';
import { rankingsPhase } from './check-rankings.ts';
import { redemptionsPhase } from './check-redemptions.ts';
import { stockPhase } from './check-stock.ts';
import { counted, type Findings, noFindings, type Phase, together } from './phase.ts';

/** In the order in which they are gone through. */
const phases: readonly Phase[] = [driversPhase, ledgerPhase, stockPhase, redemptionsPhase, rankingsPhase];

export interface ReconcilePorts {
  readonly database: Database;
  readonly now: () => Instant;
  /** Whether there is time for another page. */
  readonly hasTime: () => boolean;
  readonly pauseMs: (durationMs: number) => Promise<void>;
  readonly onDifference: (difference: Difference) => void;
  /** At most so many of a segment in one step. */
  readonly itemsPerPage?: number;
}

export type RunOutcome =
  | { readonly state: 'finished'; readonly view: ReconciliationView }
  /** The time is over: the rest is done by whoever goes on. */
  | { readonly state: 'unfinished'; readonly phase: string }
  /** Somebody else is at it. */
  | { readonly state: 'taken-over' }
  | { readonly state: 'nothing-to-do' };

/**
 * Goes on with the run that is under way, and begins one where there is none, or where it cannot be gone on with: it
 * stopped in a phase that a later release no longer has, or its sums are gone. Each step is kept before the next is
 * taken, so it may end anywhere and loses one step at most.
 *
 * @param mayStart false where only what is under way is to be finished
 */
export async function reconcile(ports: ReconcilePorts, mayStart: boolean): Promise<RunOutcome> {
  const { database } = ports;
  const found = await readCurrentRun(database);
  if (!found.run && !mayStart) return { state: 'nothing-to-do' };
  const progress = (await goingOn(database, found.run)) ?? { run: await newRun(ports), chunks: [] };
  let { run, chunks } = progress;
  // Whoever was at it before finds out at the next thing that is written.
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

/** The run and its sums, where it can be gone on with. */
async function goingOn(database: Database, run: StoredRun | null) {
  if (!run || !phases.some(({ name }) => name === run.phase)) return undefined;
  const chunks = await readSums(database, run.places);
  return chunks && { run, chunks };
}

/** Longer than any function lives: what was recorded before that is committed, and in every index. */
const settledAfterMs = 15 * minuteMs;

async function newRun({ database, now, onDifference }: ReconcilePorts): Promise<StoredRun> {
  const startedAt = now();
  const named = await readAllVersions(database);
  const differences = named.flatMap(({ month, version, stored }) =>
    stored ? [] : [{ difference: 'version-unreadable', month, version } as const],
  );
  differences.forEach(onDifference);
  const versions = named.flatMap(({ stored }) => {
    if (!stored) return [];
    const { month, version, asOf, build, total } = stored;
    return [{ month, version, asOf, build, total }];
  });
  const begun: StoredRun = {
    startedAt: toLocalIso(startedAt),
    cutoff: startedAt - settledAfterMs,
    ...startOfPhase(phases[0]),
    versions,
    places: [],
    checked: {},
    byKind: {},
    first: [],
  };
  return withFindings(begun, { ...noFindings, differences });
}

function startOfPhase(phase: Phase | undefined): Pick<StoredRun, 'phase' | 'positions'> {
  return { phase: phase?.name ?? '', positions: Array.from({ length: phase?.segments ?? 0 }, () => ({})) };
}

/** One page of every segment of the phase, side by side. After the last phase there is none. */
async function nextStep(ports: ReconcilePorts, run: StoredRun, sumsBefore: Sums) {
  const phase = phases.find(({ name }) => name === run.phase);
  if (!phase) throw new Error(`there is no phase ${run.phase}`);
  const { cutoff, versions } = run;
  const context = { itemsPerPage: Number.POSITIVE_INFINITY, ...ports, cutoff, versions, sums: sumsBefore };
  const pages = await Promise.all(
    run.positions.map((from, number) =>
      from === null ? null : phase.page(context, { number, of: phase.segments }, from),
    ),
  );
  const findings = together(pages.flatMap(page => page?.findings ?? []));
  const positions = pages.map(page => page?.next ?? null);
  const atEnd = positions.every(position => position === null);
  const concluded = atEnd ? (phase.conclude?.(added(sumsBefore, findings.sums), context) ?? []) : [];
  const differences = [...findings.differences, ...concluded];
  const after = atEnd ? startOfPhase(phases[phases.indexOf(phase) + 1]) : { phase: run.phase, positions };
  return { next: { ...withFindings(run, { ...findings, differences }), ...after }, ...findings, differences };
}

/** Of the differences so many are kept with the run; the log has them all. */
const firstMax = 50;

function withFindings(run: StoredRun, { differences, checked }: Findings): StoredRun {
  const byKind = differences.reduce(
    (counts, { difference }) => counted(counts, { [difference]: 1 }),
    run.byKind,
  );
  return {
    ...run,
    checked: counted(run.checked, checked),
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
  await keepFinishedRun(database, view);
  return (await replaceCurrentRun(database, current, null))
    ? { state: 'finished', view }
    : { state: 'taken-over' };
}
