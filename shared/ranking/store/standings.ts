import * as z from 'zod';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { queryPages } from '../../dynamo/query.ts';
import { type Position, type ScanPage, scanPage } from '../../dynamo/scan.ts';
import { mapConcurrently } from '../../kernel/concurrency.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import { shardName, standingShards } from '../../ledger/store/accounts.ts';
import { parseEntry } from '../../ledger/store/entries.ts';
import { ClosableAccount, IndexedStandings } from '../contract/ranking-items.ts';
import { Roster, type ScopeSets, scopesOf } from '../rules/standings.ts';

/**
 * Segments or shards read concurrently, and items per page. With more, parsed pages would only wait in memory for the
 * function's single processor.
 */
const concurrencyMax = 4;
const segments = 8;
const pageItemsMax = 2000;

/** Reads all drivers' standings from the compact index, several shards concurrently. May be stale by a moment. */
export function readIndexedStandings(
  database: Database,
  onStandings: (one: z.infer<typeof IndexedStandings>) => void,
): Promise<void> {
  return forEachPart(standingShards, async shard => {
    const pages = queryPages(database, 'accounts', {
      IndexName: 'standings',
      KeyConditionExpression: '#shard = :shard',
      ExpressionAttributeNames: { '#shard': 'shard' },
      ExpressionAttributeValues: { ':shard': shardName(shard) },
      Limit: pageItemsMax,
    });
    for await (const { items } of pages) {
      for (const item of items) onStandings(IndexedStandings.parse(item));
    }
  });
}

/** Reads every account consistently. */
export function readAccounts(
  database: Database,
  onAccount: (account: ClosableAccount) => void,
  signal?: AbortSignal,
): Promise<void> {
  const attributes = ['driverId', 'seq', 'head', 'standings', 'latestMonth'];
  return scanAll(database, 'accounts', { consistent: true, attributes }, signal, item =>
    onAccount(ClosableAccount.parse(item)),
  );
}

/** Reads every entry of the ledger, in no particular order, to fold standings without the accounts. */
export function readEveryEntry(database: Database, onEntry: (entry: Entry) => void): Promise<void> {
  return scanAll(database, 'ledger', { consistent: true }, undefined, item => onEntry(parseEntry(item)));
}

const Affiliation = z.object({
  driverId: z.string(),
  district: z.string().nullable(),
  platformId: z.string(),
  occupation: z.string().nullable(),
  erasedAt: z.string().optional(),
});

/** Reads each driver's scopes, and who is erased, from the profiles. */
export async function readRoster(
  database: Database,
  sets: ScopeSets,
  options: { readonly consistent: boolean; readonly signal?: AbortSignal | undefined },
): Promise<Roster> {
  const roster = new Roster();
  const attributes = ['driverId', 'district', 'platformId', 'occupation', 'erasedAt'];
  const { consistent, signal } = options;
  await scanAll(database, 'profiles', { consistent, attributes }, signal, item => {
    const profile = Affiliation.parse(item);
    roster.set(profile.driverId, sets.numberOf(scopesOf(profile)));
    if (profile.erasedAt) roster.erased.add(profile.driverId);
  });
  return roster;
}

function scanAll(
  database: Database,
  table: string,
  options: { readonly consistent: boolean; readonly attributes?: readonly string[] },
  signal: AbortSignal | undefined,
  onItem: (item: Item) => void,
): Promise<void> {
  return forEachPart(segments, async number => {
    let from: Position | null = {};
    while (from) {
      signal?.throwIfAborted();
      const page: ScanPage = await scanPage(database, table, { number, of: segments }, from, {
        ...options,
        limit: pageItemsMax,
      });
      page.items.forEach(onItem);
      from = page.next;
    }
  });
}

/** Reads the parts 0 to `parts` − 1, a few concurrently. */
async function forEachPart(parts: number, read: (part: number) => Promise<void>): Promise<void> {
  await mapConcurrently(Array(parts).keys(), concurrencyMax, read);
}
