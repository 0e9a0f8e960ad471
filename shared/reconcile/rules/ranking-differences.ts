import type { Sha256 } from '../../kernel/canonical.ts';
import { type Instant, instantOf, type Month, minuteMs } from '../../kernel/time.ts';
import { rankingMonthOf, type Standing } from '../../ledger/rules/account.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import type { Sums } from './counterparty-differences.ts';

/** A ranking that was frozen, and when its accounts began to be read. */
export interface FrozenVersion {
  readonly month: Month;
  readonly version: number;
  readonly asOf: string;
}

/** What a version lists is not what the entries add up to. */
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

/** A change of a driver's standing in one month. */
export interface StandingChange extends Standing {
  readonly month: Month;
  readonly recordedAt: Instant;
}

export function standingChange(entry: Entry): StandingChange | undefined {
  const month = rankingMonthOf(entry);
  if (month === null) return undefined;
  return { month, score: entry.points, minutes: entry.minutes, recordedAt: instantOf(entry.recordedAt) };
}

/** No function lives longer: so far apart, it is certain which of two came first. */
const readForMs = 15 * minuteMs;

/**
 * The standings in which a version may have found a driver: what was recorded well before it was read counts, what
 * came well after does not, and what came meanwhile, a reversal at most, counts up to some point.
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
    if (change.month !== month || change.recordedAt > readAt + readForMs) continue;
    const before = possible.at(-1) ?? { score: 0, minutes: 0 };
    const after = { score: before.score + change.score, minutes: before.minutes + change.minutes };
    if (change.recordedAt < readAt - readForMs) possible.pop();
    possible.push(after);
  }
  return possible;
}

export type RankingSide = 'frozen' | 'folded';

/**
 * A row as a sum: one driver, score and minutes, and a digest of the row in three numbers of 24 bits. The sums of two
 * sets of rows are the same only if the rows are, in whatever order they come.
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
