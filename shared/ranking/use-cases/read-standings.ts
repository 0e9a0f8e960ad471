import type { Database } from '../../dynamo/client.ts';
import { retry, withRetries } from '../../dynamo/retry.ts';
import type { Month } from '../../kernel/time.ts';
import { foldStanding, keepsStanding, type Standing } from '../../ledger/rules/account.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import { wholeHistory } from '../../ledger/store/entries.ts';
import type { ClosableAccount } from '../contract/ranking-items.ts';
import { everybody, ScopeSets, type Source, Standings } from '../rules/standings.ts';
import { readAccounts, readIndexedStandings, readRoster } from '../store/standings.ts';
import type { RankingPorts } from './ports.ts';

/** The standings of several months from one read of the compact index. */
export async function readLiveStandings(database: Database, months: readonly Month[]): Promise<Standings[]> {
  const { sets, add } = await scopes(database, { consistent: false });
  const all = months.map(month => ({ month, standings: new Standings(sets) }));
  await readIndexedStandings(database, ({ driverId, standings: kept }) => {
    for (const { month, standings } of all) {
      const standing = kept[month];
      if (standing) add(standings, driverId, standing);
    }
  });
  return all.map(({ standings }) => standings);
}

/**
 * The standings of one month from the accounts themselves, read consistently, each with the state of the account that
 * it comes from, and whom the profiles say to be erased. A month that an account keeps no longer is folded from
 * the driver's entries.
 */
export async function readStandingsFromAccounts(
  { database, signal }: RankingPorts,
  month: Month,
): Promise<{ standings: Standings; erased: ReadonlySet<string> }> {
  const { sets, add, erased } = await scopes(database, { consistent: true, signal });
  const standings = new Standings(sets);
  const forgotten: ClosableAccount[] = [];
  await readAccounts(
    database,
    account => {
      const { driverId, seq, head, latestMonth } = account;
      if (!keepsStanding(latestMonth, month)) forgotten.push(account);
      const standing = account.standings[month];
      if (standing) add(standings, driverId, standing, { seq, head });
    },
    signal,
  );
  for (const { driverId, seq, head, standings: kept } of forgotten) {
    if (kept[month]) continue;
    signal?.throwIfAborted();
    const standing = foldStanding(await waitForHistory(database, driverId, seq), month);
    add(standings, driverId, standing, { seq, head });
  }
  return { standings, erased };
}

async function scopes(
  database: Database,
  options: { consistent: boolean; signal?: AbortSignal | undefined },
) {
  const sets = new ScopeSets();
  const roster = await readRoster(database, sets, options);
  const unknown = sets.numberOf([everybody]);
  const add = (standings: Standings, driverId: string, standing: Standing, source?: Source) => {
    const known = roster.get(driverId) ?? { driverId, number: unknown };
    standings.add(known.driverId, standing, known.number, source);
  };
  return { sets, add, erased: roster.erased };
}

const attemptsMax = 6;
const indexLagMs = 250;

/** All entries up to a number; waits for the index where it lags behind. */
export async function waitForHistory(
  database: Database,
  driverId: string,
  uptoSeq: number,
): Promise<Entry[]> {
  return withRetries(async () => (await wholeHistory(database, driverId, uptoSeq)) ?? retry, {
    attemptsMax,
    pauseMsBefore: attempt => indexLagMs * (attempt - 1),
    onExhausted: () => {
      throw new Error(`the history of ${driverId} does not become whole`);
    },
  });
}
