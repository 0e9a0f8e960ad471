import type { Month } from '../../kernel/time.ts';
import { foldStanding } from '../../ledger/rules/account.ts';
import { type Board, rowAt } from '../rules/ranking.ts';
import type { Standings } from '../rules/standings.ts';
import type { RankingPorts } from './ports.ts';
import { waitForHistory } from './read-standings.ts';

/** The first ones stand on the wall; of the others as many as a closing can wait for, hash32 over the whole. */
const firstPlaces = 100;
const checkedMax = 1000;
const lanes = 8;

/**
 * Folds the entries of drivers again and compares: everybody's where there are up to a thousand, else those of the
 * first hundred places and of nine hundred others. `npm run replay` folds all of them, at any time.
 */
export async function checkStandings(
  { database, signal }: RankingPorts,
  month: Month,
  standings: Standings,
  all: Board,
): Promise<void> {
  const places = sampledPlaces(all.drivers.length);
  const workers = Array.from({ length: lanes }, async () => {
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      signal?.throwIfAborted();
      const { driverId, score, minutes } = rowAt(standings, all, place);
      const source = standings.sourceOf(all.drivers[place] ?? -1);
      const entries = await waitForHistory(database, driverId, source?.seq ?? 0);
      const folded = foldStanding(entries, month);
      const holds =
        folded.score === score && folded.minutes === minutes && entries.at(-1)?.hash === source?.head;
      if (!holds) throw new Error(`${driverId} stands otherwise in ${month} than the entries say`);
    }
  });
  await Promise.all(workers);
}

export function sampledPlaces(total: number): number[] {
  const first = Math.min(firstPlaces, total);
  const others = Math.min(checkedMax, total) - first;
  const step = (total - first) / Math.max(1, others);
  return [
    ...Array.from({ length: first }, (_, place) => place),
    ...Array.from({ length: others }, (_, number) => first + Math.floor(number * step)),
  ];
}
