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

/** A version that is to be made: said first, so that whoever comes next can finish what another has begun. */
export interface Intent {
  readonly version: number;
  /** Why, where it corrects the version before. */
  readonly reason: string | null;
  readonly author: string;
  /** ISO 8601, local. */
  readonly at: string;
}

/** How far the ranking of a month has come. `build` names the blocks that are shown. */
export interface RankingMonth {
  readonly month: Month;
  readonly state: RankingState;
  /** 0 while the month is open. */
  readonly version: number;
  /** Null where nothing has been shown yet. */
  readonly build: string | null;
  /** When the standings that are shown were read. */
  readonly asOf: string | null;
  /** When the blocks that are shown were written. */
  readonly builtAt: string | null;
  /** Digest of what is shown. */
  readonly sha256: string | null;
  readonly closedAt: string | null;
  readonly publishedAt: string | null;
  readonly intent: Intent | null;
  /** Counts the changes of this record; a change is made to what was read or not at all. */
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

/** Longer than any attempt at an award lives: those that were decided within the month are written by then. */
const closingDelayMs = hourMs;
/** Drivers and platforms may object for this long before a ranking is published. */
const objectionPeriodMs = 72 * hourMs;

/** Why the month can't be closed at this time. */
export function closingRefusal(month: Month, now: Instant): Refusal<'month-not-over'> | undefined {
  const from = startOfMonth(addMonths(month, 1)) + closingDelayMs;
  return now < from ? { refusal: 'month-not-over', month, closableFrom: toLocalIso(from) } : undefined;
}

/** Why the ranking can't be published at this time. */
export function publishingRefusal(
  ranking: RankingMonth,
  now: Instant,
): Refusal<'not-closed' | 'objection-period'> | undefined {
  if (ranking.closedAt === null) return { refusal: 'not-closed', month: ranking.month };
  const from = instantOf(ranking.closedAt) + objectionPeriodMs;
  return now < from ? { refusal: 'objection-period', publishableFrom: toLocalIso(from) } : undefined;
}

/** Why the ranking can't be corrected: until it is published nobody has been told anything. */
export function correctionRefusal({
  month,
  state,
}: RankingMonth): Refusal<'not-closed' | 'not-published'> | undefined {
  if (state === 'open') return { refusal: 'not-closed', month };
  return state === 'closed' ? { refusal: 'not-published', month } : undefined;
}

/** Whether callers without a token may see it. */
export function isPublic({ state }: RankingMonth): boolean {
  return state === 'published' || state === 'corrected';
}

export function withIntent(
  ranking: RankingMonth,
  reason: string | null,
  author: string,
  now: Instant,
): RankingMonth {
  const intent = { version: ranking.version + 1, reason, author, at: toLocalIso(now) };
  return { ...ranking, intent, revision: ranking.revision + 1 };
}

/** What has been built of a month's standings. */
export interface Built {
  readonly build: string;
  readonly sha256: string;
  readonly readAt: Instant;
}

/** The open month as it is shown from now on. */
export function refreshed(ranking: RankingMonth, { build, sha256, readAt }: Built): RankingMonth {
  const at = toLocalIso(readAt);
  const builtAt = build === ranking.build ? ranking.builtAt : at;
  return { ...ranking, build, sha256, asOf: at, builtAt, revision: ranking.revision + 1 };
}

/** What the month will be once this version is made. */
export function stateWith({ version }: Intent): RankingState {
  return version === 1 ? 'closed' : 'corrected';
}

/** The month with the version that was intended. */
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

export function published(ranking: RankingMonth, now: Instant): RankingMonth {
  return { ...ranking, state: 'published', publishedAt: toLocalIso(now), revision: ranking.revision + 1 };
}
