import type { Database } from '../../dynamo/client.ts';
import { sha256OfPieces } from '../../kernel/digest.ts';
import type { Month } from '../../kernel/time.ts';
import { rankingMonthOf } from '../../ledger/rules/account.ts';
import type { StoredVersion } from '../contract/ranking-items.ts';
import { type Board, rankBoards, rowAt } from '../rules/ranking.ts';
import { placeChanges } from '../rules/ranking-changes.ts';
import { everybody, ScopeSets, Standings } from '../rules/standings.ts';
import { versionText } from '../rules/version-text.ts';
import { readOrigins, readWholeBoard } from '../store/build-reader.ts';
import { readRankingMonth, readVersion } from '../store/ranking-months.ts';
import { readEveryEntry } from '../store/standings.ts';

export interface Replay {
  readonly version: StoredVersion;
  /** Digest of what the entries come to; that of the version where nothing differs. */
  readonly sha256: string;
  readonly text: () => Iterable<string>;
  /** What differs, in words. */
  readonly differences: string[];
}

/**
 * Makes a version again from the ledger alone: every entry that bears the month, up to the one that the version saw
 * of each driver. Only which scopes a driver was in is taken from the version, for profiles are not history. A driver
 * whom the version left out is found by this, too.
 */
export async function replayMonth(
  database: Database,
  month: Month,
  wanted: number | undefined,
): Promise<Replay> {
  const number = wanted ?? (await readRankingMonth(database, month)).version;
  const version = number > 0 ? await readVersion(database, month, number) : undefined;
  if (!version) throw new Error(`there is no version ${number} of ${month}`);
  const standings = await foldedStandings(database, month, version.build);
  const boards = rankBoards(standings);
  const text = () => versionText(month, number, standings, boards);
  const sha256 = sha256OfPieces(text());
  const differences = [
    ...(sha256 === version.sha256 ? [] : [`the text has ${sha256}, the version says ${version.sha256}`]),
    ...(await differingPlaces(database, version.build, standings, boards)),
  ];
  return { version, sha256, text, differences };
}

async function foldedStandings(database: Database, month: Month, build: string): Promise<Standings> {
  const origins = new Map((await readOrigins(database, build)).map(origin => [origin.driverId, origin]));
  const sums = new Map<string, { score: number; minutes: number }>();
  await readEveryEntry(database, entry => {
    const seen = origins.get(entry.driverId)?.seq ?? Number.POSITIVE_INFINITY;
    if (rankingMonthOf(entry) !== month || entry.seq > seen) return;
    const sum = sums.get(entry.driverId) ?? { score: 0, minutes: 0 };
    sums.set(entry.driverId, {
      score: sum.score + entry.points,
      minutes: sum.minutes + entry.minutes,
    });
  });
  const sets = new ScopeSets();
  const standings = new Standings(sets);
  for (const [driverId, sum] of sums) {
    const scopes = Object.keys(origins.get(driverId)?.places ?? { [everybody]: 0 });
    standings.add(driverId, sum, sets.numberOf(scopes));
  }
  return standings;
}

/** The stored blocks against what was folded: the digest of a version says nothing of what lies in its blocks. */
async function differingPlaces(
  database: Database,
  build: string,
  standings: Standings,
  boards: readonly Board[],
): Promise<string[]> {
  const differences: string[] = [];
  for (const board of boards) {
    const stored = await readWholeBoard(database, build, board.scope);
    const folded = Array.from(board.drivers, (_, place) => rowAt(standings, board, place));
    for (const { driverId, before, after } of placeChanges(board.scope, stored, folded)) {
      differences.push(
        `${board.scope} ${driverId}: stored ${JSON.stringify(before)}, by the entries ${JSON.stringify(after)}`,
      );
    }
  }
  return differences;
}
