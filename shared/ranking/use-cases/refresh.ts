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

/** As long as accounts keep standings, which is as long as anything can still come in for a month. */
const monthsBack = 6;
/** As long as its points live, a month that nobody has closed keeps a board: made from the accounts, and seldom. */
const pastMonthsBack = lotLifeMonths;
/** Blocks of an open month are dropped this long after; one that still stands then has been written anew before. */
const keptMs = 7 * dayMs;
const rewrittenAfterMs = dayMs;
/** A version that was begun this long ago and is not there was left by somebody who could not wait. */
const abandonedAfterMs = minuteMs;
const attemptsMax = 5;

export interface Refreshed {
  readonly rebuilt: Month[];
  readonly finished: Month[];
}

/**
 * Brings the boards of all open months up to date, from one read, and writes only those that differ; then goes on with
 * versions that were left unfinished. In this order, for such a version can take minutes, or fail each time.
 */
export async function refreshRankings(ports: RankingPorts): Promise<Refreshed> {
  const months = monthsInHand(ports.now());
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

/** @returns months that another has moved meanwhile */
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
  const moved: Month[] = [];
  for (const [index, record] of open.entries()) {
    const live = standings[index];
    if (!live || (live.count === 0 && record.build === null && record.month !== monthOf(readAt))) continue;
    // The index knows such a month only of the drivers who have earned nothing since.
    const ofMonth = isPast(record.month)
      ? (await readStandingsFromAccounts(ports, record.month)).standings
      : live;
    const outcome = await refreshMonth(ports, record, ofMonth, readAt);
    if (outcome === 'moved') moved.push(record.month);
    if (outcome === 'rebuilt') rebuilt.push(record.month);
  }
  return moved;
}

async function refreshMonth(
  { database, signal }: RankingPorts,
  before: RankingMonth,
  standings: Standings,
  readAt: Instant,
): Promise<'rebuilt' | 'same' | 'moved'> {
  const boards = rankBoards(standings);
  const sha256 = sha256OfPieces(versionText(before.month, 0, standings, boards));
  const stands = before.sha256 === sha256 && !isOld(before, readAt) ? before.build : null;
  const build = stands ?? newBuild(before.month, 0);
  if (!stands) {
    const dropAt = Math.floor((readAt + keptMs) / 1000);
    await putAll(database, 'rankingBlocks', boardItems(build, standings, boards, dropAt), signal);
  }
  const after = refreshed(before, { build, sha256, readAt });
  const outcome = await transact(database, [replaceRankingMonth(database, before, after)]);
  if (!outcome.done) return 'moved';
  return stands ? 'same' : 'rebuilt';
}

function needsBoard(record: RankingMonth, now: Instant): boolean {
  return record.build === null || isOld(record, now);
}

function isOld({ builtAt }: RankingMonth, now: Instant): boolean {
  return builtAt === null || Math.abs(now - instantOf(builtAt)) > rewrittenAfterMs;
}

/** One that fails keeps none of the others waiting; the failure is told when all have been tried. */
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

function monthsInHand(now: Instant): Month[] {
  return Array.from({ length: pastMonthsBack + 1 }, (_, back) => addMonths(monthOf(now), -back));
}
