import type { Refusal } from '../../kernel/refusal.ts';
import {
  addMonths,
  hourMs,
  type Instant,
  instantOf,
  type Month,
  startOfMonth,
  toLocalIso,
} from '../../kernel/time.ts';

export type RankingState = 'open' | 'closed' | 'published' | 'corrected';

/** A version to be made. It is stored before the work starts, so that a later run can finish after a crash. */
export interface Intent {
  readonly version: number;
  /** The organizer's reason for a correction; null for version 1. */
  readonly reason: string | null;
  readonly author: string;
  /** ISO 8601, local time. */
  readonly at: string;
}

/** The state of a month's ranking. `build` names the blocks that readers see. */
export interface RankingMonth {
  readonly month: Month;
  readonly state: RankingState;
  /** 0 while the month is open. */
  readonly version: number;
  /** Null until the first build. */
  readonly build: string | null;
  /** When the standings of this build were read. */
  readonly asOf: string | null;
  /** When the blocks of this build were written. */
  readonly builtAt: string | null;
  /** SHA-256 of this build's text (`versionText`). */
  readonly sha256: string | null;
  readonly closedAt: string | null;
  readonly publishedAt: string | null;
  readonly intent: Intent | null;
  /** Counts the changes of this record: the optimistic lock of every step. */
  readonly revision: number;
}

export function openMonth(month: Month): RankingMonth {
  return {
    month,
    state: 'open',
    version: 0,
    build: null,
    asOf: null,
    builtAt: null,
    sha256: null,
    closedAt: null,
    publishedAt: null,
    intent: null,
    revision: 0,
  };
}

/** Longer than any attempt at an award can run: awards decided within the month are written by then. */
const closingDelayMs = hourMs;
/** How long drivers and platforms may object before a ranking is published. */
const objectionPeriodMs = 72 * hourMs;

/** Refuses to close a month before one hour after its end. */
export function closingRefusal(month: Month, now: Instant): Refusal<'month-not-over'> | undefined {
  const from = startOfMonth(addMonths(month, 1)) + closingDelayMs;
  return now < from ? { refusal: 'month-not-over', month, closableFrom: toLocalIso(from) } : undefined;
}

/** Refuses to publish a ranking before it is closed and 72 hours have passed. */
export function publishingRefusal(
  ranking: RankingMonth,
  now: Instant,
): Refusal<'not-closed' | 'objection-period'> | undefined {
  if (ranking.closedAt === null) return { refusal: 'not-closed', month: ranking.month };
  const from = instantOf(ranking.closedAt) + objectionPeriodMs;
  return now < from ? { refusal: 'objection-period', publishableFrom: toLocalIso(from) } : undefined;
}

/** Refuses to correct a ranking that the public has not seen yet. */
export function correctionRefusal({
  month,
  state,
}: RankingMonth): Refusal<'not-closed' | 'not-published'> | undefined {
  if (state === 'open') return { refusal: 'not-closed', month };
  return state === 'closed' ? { refusal: 'not-published', month } : undefined;
}

/** Whether callers without a token may see the ranking. */
export function isPublic({ state }: RankingMonth): boolean {
  return state === 'published' || state === 'corrected';
}

/** The month with the intent to make its next version. */
export function withIntent(
  ranking: RankingMonth,
  reason: string | null,
  author: string,
  now: Instant,
): RankingMonth {
  const intent = { version: ranking.version + 1, reason, author, at: toLocalIso(now) };
  return { ...ranking, intent, revision: ranking.revision + 1 };
}

/** A finished build of a month's standings. */
export interface Built {
  readonly build: string;
  readonly sha256: string;
  readonly readAt: Instant;
}

/** The open month after a refresh. A refresh that keeps the old build keeps its `builtAt`, too. */
export function refreshed(ranking: RankingMonth, { build, sha256, readAt }: Built): RankingMonth {
  const at = toLocalIso(readAt);
  const builtAt = build === ranking.build ? ranking.builtAt : at;
  return { ...ranking, build, sha256, asOf: at, builtAt, revision: ranking.revision + 1 };
}

/** The state of the month once the intended version exists. */
export function stateWith({ version }: Intent): RankingState {
  return version === 1 ? 'closed' : 'corrected';
}

/** The month once the intended version is made. */
export function frozen(
  ranking: RankingMonth,
  intent: Intent,
  { build, sha256, readAt }: Built,
): RankingMonth {
  const at = toLocalIso(readAt);
  return {
    ...ranking,
    state: stateWith(intent),
    version: intent.version,
    build,
    sha256,
    asOf: at,
    builtAt: at,
    closedAt: ranking.closedAt ?? at,
    intent: null,
    revision: ranking.revision + 1,
  };
}

/** The month once its closed ranking is public. */
export function published(ranking: RankingMonth, now: Instant): RankingMonth {
  return { ...ranking, state: 'published', publishedAt: toLocalIso(now), revision: ranking.revision + 1 };
}
