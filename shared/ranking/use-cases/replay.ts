import type { Database } from '../../dynamo/client.ts';
import { sha256OfPieces } from '../../kernel/digest.ts';
import type { Month } from '../../kernel/time.ts';
import { rankingMonthOf } from '../../ledger/rules/account.ts';
import type { StoredVersion } from '../contract/ranking-items.ts';
import { type Board, rankBoards, rowAt } from '../rules/ranking.ts';
import { placeChanges } from '../rules/ranking-changes.ts';
import { allDrivers, ScopeSets, Standings } from '../rules/standings.ts';
import { versionText } from '../rules/version-text.ts';
import { readOrigins, readWholeBoard } from '../store/build-reader.ts';
import { readRankingMonth, readVersion } from '../store/ranking-months.ts';
import { readEveryEntry } from '../store/standings.ts';

export interface Replay {
  readonly version: StoredVersion;
  /** Digest of the text that the entries lead to; equals the version's digest when nothing differs. */
  readonly sha256: string;
  readonly text: () => Iterable<string>;
  /** The differences, as messages for people. */
  readonly differences: string[];
}

/**
 * Recomputes a version from the ledger alone: from every entry of the month, up to the last one that the version saw of
 * each driver. Only the drivers' scopes come from the version, because profiles keep no history. A replay also finds
 * drivers that the version left out.
 */
export async function replayMonth(
  database: Database,
  month: Month,
  requested: number | undefined,
): Promise<Replay> {
  const number = requested ?? (await readRankingMonth(database, month)).version;
  const version = number > 0 ? await readVersion(database, month, number) : undefined;
  if (!version) throw new Error(`${month} has no version ${number}`);
  const standings = await foldedStandings(database, month, version.build);
  const boards = rankBoards(standings);
  const text = () => versionText(month, number, standings, boards);
  const sha256 = sha256OfPieces(text());
  const differences = [
    ...(sha256 === version.sha256
      ? []
      : [`the text has sha256 ${sha256}, the version has ${version.sha256}`]),
    ...(await differingPlaces(database, version.build, standings, boards)),
  ];
  return { version, sha256, text, differences };
}

async function foldedStandings(database: Database, month: Month, build: string): Promise<Standings> {
  const origins = new Map((await readOrigins(database, build)).map(origin => [origin.driverId, origin]));
  const sums = new Map<string, { score: number; minutes: number }>();
  await readEveryEntry(database, entry => {
    const lastSeq = origins.get(entry.driverId)?.seq ?? Number.POSITIVE_INFINITY;
    if (rankingMonthOf(entry) !== month || entry.seq > lastSeq) return;
    const sum = sums.get(entry.driverId) ?? { score: 0, minutes: 0 };
    sums.set(entry.driverId, {
      score: sum.score + entry.points,
      minutes: sum.minutes + entry.minutes,
    });
  });
  const sets = new ScopeSets();
  const standings = new Standings(sets);
  for (const [driverId, sum] of sums) {
    const scopes = Object.keys(origins.get(driverId)?.places ?? { [allDrivers]: 0 });
    standings.add(driverId, sum, sets.numberOf(scopes));
  }
  return standings;
}

/** Compares the stored blocks with the folded standings. The digest of a version does not cover its blocks. */
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
