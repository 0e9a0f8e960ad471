import { mapConcurrently } from '../../kernel/concurrency.ts';
import type { Month } from '../../kernel/time.ts';
import { foldStanding } from '../../ledger/rules/account.ts';
import { type Board, rowAt } from '../rules/ranking.ts';
import type { Standings } from '../rules/standings.ts';
import type { RankingPorts } from './ports.ts';
import { waitForHistory } from './read-standings.ts';

/** The first places are the ones that people read; of the others a close checks as many as it has time for. */
const firstPlaces = 100;
const placesMax = 1000;
const concurrencyMax = 8;

/**
 * Recomputes drivers' standings from their entries and throws if one differs. With up to a thousand drivers it checks
 * all of them, otherwise the first hundred places and nine hundred others. `npm run replay` can check all drivers later.
 *
 * @param all the board of all drivers
 */
export async function checkStandings(
  { database, signal }: RankingPorts,
  month: Month,
  standings: Standings,
  all: Board,
): Promise<void> {
  await mapConcurrently(sampledPlaces(all.drivers.length), concurrencyMax, async place => {
    signal?.throwIfAborted();
    const { driverId, score, minutes } = rowAt(standings, all, place);
    const source = standings.sourceOf(all.drivers[place] ?? -1);
    const entries = await waitForHistory(database, driverId, source?.seq ?? 0);
    const folded = foldStanding(entries, month);
    const isSame =
      folded.score === score && folded.minutes === minutes && entries.at(-1)?.hash === source?.head;
    if (!isSame) throw new Error(`the standing of ${driverId} in ${month} differs from the entries`);
  });
}

/** The places to check: the first hundred, and others at equal distances. */
export function sampledPlaces(total: number): number[] {
  const first = Math.min(firstPlaces, total);
  const others = Math.min(placesMax, total) - first;
  const step = (total - first) / Math.max(1, others);
  return [
    ...Array.from({ length: first }, (_, place) => place),
    ...Array.from({ length: others }, (_, number) => first + Math.floor(number * step)),
  ];
}
