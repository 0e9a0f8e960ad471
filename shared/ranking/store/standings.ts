import * as z from 'zod';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { queryPages } from '../../dynamo/query.ts';
import { type Position, type ScanPage, scanPage } from '../../dynamo/scan.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import { shardName, standingShards } from '../../ledger/store/accounts.ts';
import { parseEntry } from '../../ledger/store/entries.ts';
import { ClosableAccount, IndexedStandings } from '../contract/ranking-items.ts';
import { Roster, type ScopeSets, scopesOf } from '../rules/standings.ts';

/**
 * Segments or shards read side by side, and items of a page: more would wait parsed, and take memory, until the one
 * processor of a function comes to them.
 */
const lanesMax = 4;
const segments = 8;
const pageItemsMax = 2000;

/** Everybody's standings from the compact index, its shards side by side, each to its end. May lag by a moment. */
export function readIndexedStandings(
  database: Database,
  onStandings: (one: z.infer<typeof IndexedStandings>) => void,
): Promise<void> {
  return inLanes(standingShards, async shard => {
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

/** Every account as it is now, read consistently. */
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

/** Every entry of the ledger, in no order: what standings come to again, with no account asked. */
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

/** The scopes that each driver is in, by the profiles. */
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
  return inLanes(segments, async number => {
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

/** Reads parts 0 to `parts` − 1, a few at a time. */
async function inLanes(parts: number, read: (part: number) => Promise<void>): Promise<void> {
  const waiting = Array.from({ length: parts }, (_, part) => part).values();
  const lanes = Array.from({ length: lanesMax }, async () => {
    for (const part of waiting) await read(part);
  });
  await Promise.all(lanes);
}
