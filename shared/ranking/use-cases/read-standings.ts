import type { Database } from '../../dynamo/client.ts';
import { retry, withRetries } from '../../dynamo/retry.ts';
import type { Month } from '../../kernel/time.ts';
import { foldStanding, keepsStanding, type Standing } from '../../ledger/rules/account.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import { wholeHistory } from '../../ledger/store/entries.ts';
import type { ClosableAccount } from '../contract/ranking-items.ts';
import { allDrivers, ScopeSets, type Source, Standings } from '../rules/standings.ts';
import { readAccounts, readIndexedStandings, readRoster } from '../store/standings.ts';
import type { RankingPorts } from './ports.ts';

/** Reads the standings of several months in one pass over the compact index. May be stale by a moment. */
export async function readLiveStandings(database: Database, months: readonly Month[]): Promise<Standings[]> {
  const { sets, add } = await readScopeSets(database, { consistent: false });
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
 * Reads the standings of one month from the accounts, consistently, each with the account state that it comes from.
 * An account keeps the standings of recent months only; for an older month the driver's entries are folded instead.
 *
 * @returns with the drivers that are erased according to their profiles
 */
export async function readStandingsFromAccounts(
  { database, signal }: RankingPorts,
  month: Month,
): Promise<{ standings: Standings; erased: ReadonlySet<string> }> {
  const { sets, add, erased } = await readScopeSets(database, { consistent: true, signal });
  const standings = new Standings(sets);
  const toFold: ClosableAccount[] = [];
  await readAccounts(
    database,
    account => {
      const { driverId, seq, head, latestMonth } = account;
      if (!keepsStanding(latestMonth, month)) toFold.push(account);
      const standing = account.standings[month];
      if (standing) add(standings, driverId, standing, { seq, head });
    },
    signal,
  );
  for (const { driverId, seq, head, standings: kept } of toFold) {
    if (kept[month]) continue;
    signal?.throwIfAborted();
    const standing = foldStanding(await waitForHistory(database, driverId, seq), month);
    add(standings, driverId, standing, { seq, head });
  }
  return { standings, erased };
}

/** Reads every driver's scopes. `add` adds a driver's standing with these scopes. */
async function readScopeSets(
  database: Database,
  options: { consistent: boolean; signal?: AbortSignal | undefined },
) {
  const sets = new ScopeSets();
  const roster = await readRoster(database, sets, options);
  const withoutProfile = sets.numberOf([allDrivers]);
  const add = (standings: Standings, driverId: string, standing: Standing, source?: Source) => {
    const known = roster.get(driverId) ?? { driverId, number: withoutProfile };
    standings.add(known.driverId, standing, known.number, source);
  };
  return { sets, add, erased: roster.erased };
}

const attemptsMax = 6;
const indexLagMs = 250;

/** A driver's entries up to a sequence number. Retries while the index does not have all of them yet. */
export async function waitForHistory(
  database: Database,
  driverId: string,
  uptoSeq: number,
): Promise<Entry[]> {
  return withRetries(async () => (await wholeHistory(database, driverId, uptoSeq)) ?? retry, {
    attemptsMax,
    pauseMsBefore: attempt => indexLagMs * (attempt - 1),
    onExhausted: () => {
      throw new Error(`the index lacks entries of ${driverId} up to ${uptoSeq}`);
    },
  });
}
