import * as z from 'zod';
import { Month, Sha256Hex } from '../../kernel/primitives.ts';

const State = z.enum(['open', 'closed', 'published', 'corrected']);

/** To organizers with driverId and whole name; to everybody else a masked name where its bearer agrees. */
const RankingRow = z.strictObject({
  rank: z.int().min(1),
  driverId: z.string().optional(),
  displayName: z.string().nullable(),
  score: z.int(),
  minutes: z.int(),
});
export type RankingRow = z.infer<typeof RankingRow>;

export const RankingView = z
  .strictObject({
    month: Month,
    scope: z.string(),
    state: State,
    /** Null while the month is open. */
    version: z.int().nullable(),
    asOf: z.string(),
    total: z.int(),
    items: z.array(RankingRow),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Ranking' });
export type RankingView = z.infer<typeof RankingView>;

export const OwnRankView = z
  .strictObject({
    rank: z.int().min(1),
    score: z.int(),
    minutes: z.int(),
    total: z.int(),
    neighbours: z.array(RankingRow),
  })
  .meta({ id: 'OwnRank' });
export type OwnRankView = z.infer<typeof OwnRankView>;

export const VersionView = z
  .strictObject({
    month: Month,
    state: State,
    version: z.int(),
    asOf: z.string(),
    closedAt: z.string().nullable(),
    publishedAt: z.string().nullable(),
    total: z.int(),
    sha256: Sha256Hex,
    root: Sha256Hex,
    reason: z.string().nullable(),
    /** Subject of the organizer's token; told to organizers. */
    author: z.string().optional(),
    /** Places that differ from the version before, over all scopes. */
    changed: z.int(),
  })
  .meta({ id: 'RankingVersion' });
export type VersionView = z.infer<typeof VersionView>;

const Standpoint = z
  .strictObject({ rank: z.int(), score: z.int(), minutes: z.int() })
  .nullable()
  .meta({ description: 'null where the driver is not listed' });

export const ChangeView = z.strictObject({
  scope: z.string(),
  driverId: z.string().optional(),
  displayName: z.string().nullable(),
  before: Standpoint,
  after: Standpoint,
});
export type ChangeView = z.infer<typeof ChangeView>;

export const ProofView = z
  .strictObject({
    month: Month,
    version: z.int(),
    /** The leaf as it is hashed, in canonical JSON; docs/ranking-proof.md says how. */
    leaf: z.looseObject({ driverId: z.string(), rank: z.int(), salt: z.string() }),
    index: z.int(),
    size: z.int(),
    path: z.array(Sha256Hex),
    root: Sha256Hex,
  })
  .meta({ id: 'RankingProof' });
export type ProofView = z.infer<typeof ProofView>;
