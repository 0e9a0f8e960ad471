import { putAll } from '../../dynamo/batch.ts';
import { transact } from '../../dynamo/transaction.ts';
import { sha256OfPieces } from '../../kernel/digest.ts';
import { toLocalIso } from '../../kernel/time.ts';
import type { StoredVersion } from '../contract/ranking-items.ts';
import { type Board, rankBoards } from '../rules/ranking.ts';
import { frozen, type RankingMonth } from '../rules/ranking-month.ts';
import { allDrivers } from '../rules/standings.ts';
import { versionText } from '../rules/version-text.ts';
import { boardItems, newBuild } from '../store/ranking-blocks.ts';
import { addVersion, readRankingMonth, replaceRankingMonth } from '../store/ranking-months.ts';
import { checkStandings } from './check-standings.ts';
import type { RankingPorts } from './ports.ts';
import { readStandingsFromAccounts } from './read-standings.ts';
import { writeChanges } from './write-changes.ts';
import { writeProof } from './write-proof.ts';

/**
 * Makes the version that a month's record intends. It writes everything under a new build, which readers do not see yet;
 * then one transaction adds the version and switches readers to the build. A crash anywhere leaves the intent, and a
 * later run starts again from it. If two runs make the version at once, one commits and the other returns its result.
 *
 * @returns the month's record with that version, made by this run or a concurrent one
 */
export async function makeVersion(ports: RankingPorts, ranking: RankingMonth): Promise<RankingMonth> {
  const { month, intent } = ranking;
  if (!intent) throw new Error(`${month} has no intended version`);
  const readAt = ports.now();
  const { standings, erased } = await readStandingsFromAccounts(ports, month);
  const boards = rankBoards(standings);
  const all = boardOfAllDrivers(boards);
  await checkStandings(ports, month, standings, all);

  const build = newBuild(month, intent.version);
  const sha256 = sha256OfPieces(versionText(month, intent.version, standings, boards));
  await putAll(
    ports.database,
    'rankingBlocks',
    boardItems(build, standings, boards, undefined),
    ports.signal,
  );
  const version: StoredVersion = {
    month,
    version: intent.version,
    build,
    asOf: toLocalIso(readAt),
    reason: intent.reason,
    author: intent.author,
    total: all.drivers.length,
    sha256,
    root: await writeProof(ports, build, month, intent.version, standings, boards, erased),
    changed: await writeChanges(ports, build, ranking, standings, boards),
  };
  return commitVersion(ports, ranking, frozen(ranking, intent, { build, sha256, readAt }), version);
}

async function commitVersion(
  { database }: RankingPorts,
  before: RankingMonth,
  after: RankingMonth,
  version: StoredVersion,
): Promise<RankingMonth> {
  const outcome = await transact(database, [
    replaceRankingMonth(database, before, after),
    addVersion(database, version),
  ]);
  if (outcome.done) return after;
  const current = await readRankingMonth(database, after.month);
  if (current.version < after.version)
    throw new Error(`version ${after.version} of ${after.month} conflicts with another step`);
  return current;
}

function boardOfAllDrivers(boards: readonly Board[]): Board {
  const all = boards.find(({ scope }) => scope === allDrivers);
  if (!all) throw new Error('the board of all drivers is missing');
  return all;
}
