import * as z from 'zod';
import { Month, Sha256Hex, StoredTime } from '../../kernel/primitives.ts';
import { StoredStandings } from '../../ledger/contract/items.ts';
import type { RankBlock } from '../rules/ranking-blocks.ts';
import type { PlaceChange } from '../rules/ranking-changes.ts';
import type { RankingMonth } from '../rules/ranking-month.ts';

const Count = z.int().min(0);
const Bytes = z.instanceof(Uint8Array);

const Intent = z.object({
  version: z.int().min(1),
  reason: z.string().nullable(),
  author: z.string(),
  at: z.string(),
});

export const StoredRankingMonth: z.ZodType<RankingMonth> = z.object({
  month: Month,
  state: z.enum(['open', 'closed', 'published', 'corrected']),
  version: Count,
  build: z.string().nullable(),
  asOf: StoredTime.nullable(),
  builtAt: StoredTime.nullable(),
  sha256: Sha256Hex.nullable(),
  closedAt: StoredTime.nullable(),
  publishedAt: StoredTime.nullable(),
  intent: Intent.nullable(),
  revision: z.int().min(1),
});

/** What stands of a version for good. */
export const StoredVersion = z.object({
  month: Month,
  version: z.int().min(1),
  build: z.string(),
  /** When the accounts were read. */
  asOf: StoredTime,
  reason: z.string().nullable(),
  author: z.string(),
  /** Drivers in the scope of everybody, which is the number of leaves. */
  total: Count,
  sha256: Sha256Hex,
  /** Of the tree over the drivers' rows and accounts. */
  root: Sha256Hex,
  /** Places that differ from the version before, over all scopes. */
  changed: Count,
});
export type StoredVersion = z.infer<typeof StoredVersion>;

export const StoredRankBlock = z.object({
  blockId: z.string(),
  total: Count,
  firstRank: z.int().min(1),
  rows: Bytes,
}) satisfies z.ZodType<Omit<RankBlock, 'number'>>;

export const StoredBucket = z.object({ total: Count, rows: Bytes });

export const StoredLeaves = z.object({ leaves: Bytes, scopes: z.array(z.string()), origins: Bytes });
export const StoredSalts = z.object({ salts: Bytes });
export const StoredRoots = z.object({ roots: Bytes });

const Standpoint = z.object({ rank: z.int(), score: z.int(), minutes: z.int() }).nullable();
export const StoredChanges = z.object({
  changes: z.array(
    z.object({ scope: z.string(), driverId: z.string(), before: Standpoint, after: Standpoint }),
  ) satisfies z.ZodType<PlaceChange[]>,
});

/** What the compact index carries of an account. */
export const IndexedStandings = z.object({ driverId: z.string(), standings: StoredStandings });

/** What a version is made from. */
export const ClosableAccount = IndexedStandings.extend({
  seq: z.int().min(1),
  head: Sha256Hex,
  latestMonth: Month,
});
export type ClosableAccount = z.infer<typeof ClosableAccount>;
