import { putAll } from '../../dynamo/batch.ts';
import { retry, retryOnConflict } from '../../dynamo/retry.ts';
import { transact } from '../../dynamo/transaction.ts';
import { sha256OfPieces } from '../../kernel/digest.ts';
import {
  addMonths,
  dayMs,
  type Instant,
  instantOf,
  type Month,
  minuteMs,
  monthOf,
} from '../../kernel/time.ts';
import { lotLifeMonths } from '../../ledger/rules/lots.ts';
import { rankBoards } from '../rules/ranking.ts';
import { type RankingMonth, refreshed } from '../rules/ranking-month.ts';
import type { Standings } from '../rules/standings.ts';
import { versionText } from '../rules/version-text.ts';
import { boardItems, newBuild } from '../store/ranking-blocks.ts';
import { readRankingMonths, replaceRankingMonth } from '../store/ranking-months.ts';
import { makeVersion } from './make-version.ts';
import type { RankingPorts } from './ports.ts';
import { readLiveStandings, readStandingsFromAccounts } from './read-standings.ts';

/** Accounts keep standings for this long, which is also how long late events for a month are accepted. */
const monthsBack = 6;
/** A month that is never closed keeps a board until its points expire. It is rebuilt from the accounts, once a day. */
const pastMonthsBack = lotLifeMonths;
/** TTL of the blocks of an open month. A refresh rewrites them once a day, so a current build never expires. */
const blockTtlMs = 7 * dayMs;
const rewriteAfterMs = dayMs;
/** An intent of this age is abandoned: its caller crashed or stopped waiting. */
const abandonedAfterMs = minuteMs;
const attemptsMax = 5;

export interface Refreshed {
  /** Open months that got a new build. */
  readonly rebuilt: Month[];
  /** Months whose abandoned version has been made. */
  readonly finished: Month[];
}

/**
 * Rebuilds the boards of all open months from one read and writes only those that differ; then makes abandoned versions.
 * The boards come first, because an abandoned version can take minutes, or fail every time.
 */
export async function refreshRankings(ports: RankingPorts): Promise<Refreshed> {
  const months = recentMonths(ports.now());
  const rebuilt = await refreshBoards(ports, months);
  return { rebuilt, finished: await finishAbandoned(ports, months) };
}

async function refreshBoards(ports: RankingPorts, all: readonly Month[]): Promise<Month[]> {
  const rebuilt: Month[] = [];
  let months = all;
  return retryOnConflict(
    'the ranking months',
    async () => {
      months = await refreshOnce(ports, months, rebuilt);
      return months.length > 0 ? retry : rebuilt;
    },
    attemptsMax,
  );
}

/** @returns months whose record has changed meanwhile */
async function refreshOnce(
  ports: RankingPorts,
  months: readonly Month[],
  rebuilt: Month[],
): Promise<Month[]> {
  const records = await readRankingMonths(ports.database, months);
  const readAt = ports.now();
  const isPast = (month: Month) => month < addMonths(monthOf(readAt), -monthsBack);
  const open = records
    .filter(({ state, intent }) => state === 'open' && intent === null)
    .filter(record => !isPast(record.month) || needsBoard(record, readAt));
  if (open.length === 0) return [];
  const standings = await readLiveStandings(
    ports.database,
    open.map(({ month }) => month),
  );
  const conflicting: Month[] = [];
  for (const [index, record] of open.entries()) {
    const live = standings[index];
    if (!live || (live.count === 0 && record.build === null && record.month !== monthOf(readAt))) continue;
    // Accounts, and so the index, drop the standing of a past month once the driver earns again.
    const ofMonth = isPast(record.month)
      ? (await readStandingsFromAccounts(ports, record.month)).standings
      : live;
    const outcome = await refreshMonth(ports, record, ofMonth, readAt);
    if (outcome === 'conflict') conflicting.push(record.month);
    if (outcome === 'rebuilt') rebuilt.push(record.month);
  }
  return conflicting;
}

async function refreshMonth(
  { database, signal }: RankingPorts,
  before: RankingMonth,
  standings: Standings,
  readAt: Instant,
): Promise<'rebuilt' | 'unchanged' | 'conflict'> {
  const boards = rankBoards(standings);
  const sha256 = sha256OfPieces(versionText(before.month, 0, standings, boards));
  const unchanged = before.sha256 === sha256 && !isOld(before, readAt) ? before.build : null;
  const build = unchanged ?? newBuild(before.month, 0);
  if (!unchanged) {
    const dropAt = Math.floor((readAt + blockTtlMs) / 1000);
    await putAll(database, 'rankingBlocks', boardItems(build, standings, boards, dropAt), signal);
  }
  const after = refreshed(before, { build, sha256, readAt });
  const outcome = await transact(database, [replaceRankingMonth(database, before, after)]);
  if (!outcome.done) return 'conflict';
  return unchanged ? 'unchanged' : 'rebuilt';
}

function needsBoard(record: RankingMonth, now: Instant): boolean {
  return record.build === null || isOld(record, now);
}

function isOld({ builtAt }: RankingMonth, now: Instant): boolean {
  return builtAt === null || Math.abs(now - instantOf(builtAt)) > rewriteAfterMs;
}

/** Tries every abandoned version. A failure does not stop the others; the first one is thrown at the end. */
async function finishAbandoned(ports: RankingPorts, months: readonly Month[]): Promise<Month[]> {
  const finished: Month[] = [];
  const failures: unknown[] = [];
  for (const record of await readRankingMonths(ports.database, months)) {
    if (!record.intent || ports.now() - instantOf(record.intent.at) < abandonedAfterMs) continue;
    try {
      await makeVersion(ports, record);
      finished.push(record.month);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return finished;
}

function recentMonths(now: Instant): Month[] {
  return Array.from({ length: pastMonthsBack + 1 }, (_, back) => addMonths(monthOf(now), -back));
}
