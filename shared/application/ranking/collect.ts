import type { ClosableAccount } from '../../contracts/ranking-items.ts';
import { foldStanding, keepsStanding } from '../../domain/account.ts';
import type { Entry } from '../../domain/entry.ts';
import { everybody, ScopeSets, Standings } from '../../domain/standings.ts';
import type { Month } from '../../domain/time.ts';
import { pauseMs } from '../../store/batch.ts';
import type { Database } from '../../store/client.ts';
import { wholeHistory } from '../../store/entries.ts';
import { readAccounts, readIndexedStandings, readScopeSets } from '../../store/standings.ts';
import type { RankingPorts } from './ports.ts';

/** The standings of several months from one read of the compact index. */
export async function collectLive(database: Database, months: readonly Month[]): Promise<Standings[]> {
  const { sets, setOf } = await scopeSets(database, { consistent: false });
  const all = months.map(month => ({ month, standings: new Standings(sets) }));
  await readIndexedStandings(database, ({ driverId, standings: kept }) => {
    for (const { month, standings } of all) {
      const standing = kept[month];
      if (standing) standings.add(driverId, standing, setOf(driverId));
    }
  });
  return all.map(({ standings }) => standings);
}

/**
 * The standings of one month from the accounts themselves, read consistently, each with the state of the account that
 * it comes from. A month that an account keeps no longer is folded from the driver's entries.
 */
export async function collectFrozen({ database, signal }: RankingPorts, month: Month): Promise<Standings> {
  const { sets, setOf } = await scopeSets(database, { consistent: true, signal });
  const standings = new Standings(sets);
  const forgotten: ClosableAccount[] = [];
  await readAccounts(
    database,
    account => {
      const { driverId, seq, head, latestMonth } = account;
      if (!keepsStanding(latestMonth, month)) forgotten.push(account);
      const standing = account.standings[month];
      if (standing) standings.add(driverId, standing, setOf(driverId), { seq, head });
    },
    signal,
  );
  for (const { driverId, seq, head, standings: kept } of forgotten) {
    if (kept[month]) continue;
    signal?.throwIfAborted();
    const standing = foldStanding(await patientHistory(database, driverId, seq), month);
    standings.add(driverId, standing, setOf(driverId), { seq, head });
  }
  return standings;
}

async function scopeSets(
  database: Database,
  options: { consistent: boolean; signal?: AbortSignal | undefined },
) {
  const sets = new ScopeSets();
  const numbers = await readScopeSets(database, sets, options);
  const unknown = sets.numberOf([everybody]);
  return { sets, setOf: (driverId: string) => numbers.get(driverId) ?? unknown };
}

const attemptsMax = 6;
const indexLagMs = 250;

/** All entries up to a number; waits for the index where it lags behind. */
export async function patientHistory(
  database: Database,
  driverId: string,
  uptoSeq: number,
): Promise<Entry[]> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const history = await wholeHistory(database, driverId, uptoSeq);
    if (history) return history;
    await pauseMs(indexLagMs * attempt);
  }
  throw new Error(`the history of ${driverId} does not become whole`);
}
