import type { Sha256 } from '../../kernel/canonical.ts';
import { type Instant, instantOf, type Month, minuteMs } from '../../kernel/time.ts';
import { rankingMonthOf, type Standing } from '../../ledger/rules/account.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import type { Sums } from './sums.ts';

/** A frozen version. `asOf` is the time at which the close began to read the accounts. */
export interface FrozenVersion {
  readonly month: Month;
  readonly version: number;
  readonly asOf: string;
}

/** A frozen version contradicts the entries, or cannot be read. */
export type RankingDifference =
  | {
      readonly difference: 'ranking-differs';
      readonly month: Month;
      readonly version: number;
      readonly frozen: RankingSum;
      readonly folded: RankingSum;
    }
  | { readonly difference: 'version-unreadable'; readonly month: Month; readonly version: number }
  | {
      readonly difference: 'ranking-unreadable';
      readonly month: Month;
      readonly version: number;
      readonly block: number;
    };

export interface RankingSum {
  readonly drivers: number;
  readonly score: number;
  readonly minutes: number;
}

/** The change that an entry makes to a driver's standing in one month. */
export interface StandingChange extends Standing {
  readonly month: Month;
  readonly recordedAt: Instant;
}

/** Undefined for an entry that counts in no ranking month. */
export function standingChange(entry: Entry): StandingChange | undefined {
  const month = rankingMonthOf(entry);
  if (month === null) return undefined;
  return { month, score: entry.points, minutes: entry.minutes, recordedAt: instantOf(entry.recordedAt) };
}

/** No function runs longer, so two times further apart than this are certainly in order. */
const readMsMax = 15 * minuteMs;

/**
 * The standings that a version may have read for a driver. Changes recorded well before the read are included, changes
 * recorded well after are not. Changes recorded during the read (reversals only, because the gates are shut) are
 * included up to some point, which gives several possible standings.
 *
 * @param changes of one driver, in the order of the entries
 */
export function possibleStandings(
  changes: readonly StandingChange[],
  { month, asOf }: FrozenVersion,
): Standing[] {
  const readAt = instantOf(asOf);
  const possible: Standing[] = [{ score: 0, minutes: 0 }];
  for (const change of changes) {
    if (change.month !== month || change.recordedAt > readAt + readMsMax) continue;
    const before = possible.at(-1) ?? { score: 0, minutes: 0 };
    const after = { score: before.score + change.score, minutes: before.minutes + change.minutes };
    if (change.recordedAt < readAt - readMsMax) possible.pop();
    possible.push(after);
  }
  return possible;
}

export type RankingSide = 'frozen' | 'folded';

/**
 * A row as numbers to add up: one driver, score, minutes, and a 72-bit digest of the row in three numbers. Two sets of
 * rows have equal sums only if they contain the same rows, in any order.
 */
export function rowSums(
  side: RankingSide,
  { month, version }: Pick<FrozenVersion, 'month' | 'version'>,
  driverId: string,
  { score, minutes }: Standing,
  sha256: Sha256,
): Sums {
  if (score <= 0) return {};
  const digest = sha256(`${driverId} ${score} ${minutes}`);
  const parts = [0, 6, 12].map(start => Number.parseInt(digest.slice(start, start + 6), 16));
  return { [`${side}|${month}|${version}`]: [1, score, minutes, ...parts] };
}

/** Compares the sums of each version's rows with the sums folded from the entries. */
export function rankingDifferences(sums: Sums, versions: readonly FrozenVersion[]): RankingDifference[] {
  return versions.flatMap(({ month, version }): RankingDifference[] => {
    const frozen = sums[`frozen|${month}|${version}`] ?? [];
    const folded = sums[`folded|${month}|${version}`] ?? [];
    if (frozen.length === folded.length && frozen.every((value, place) => value === folded[place])) return [];
    return [{ difference: 'ranking-differs', month, version, frozen: sumOf(frozen), folded: sumOf(folded) }];
  });
}

function sumOf([drivers = 0, score = 0, minutes = 0]: readonly number[]): RankingSum {
  return { drivers, score, minutes };
}
