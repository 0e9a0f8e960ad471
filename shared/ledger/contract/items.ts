import * as z from 'zod';
import { StoredById } from '../../kernel/by-id.ts';
import { Month, Sha256Hex, StoredTime } from '../../kernel/primitives.ts';
import type { Account } from '../rules/account.ts';
import type { Entry } from '../rules/entry.ts';

/** Schemas of stored items: what comes from DynamoDB is parsed like any other input. */

const Signed = z.int();
const Count = z.int().min(0);
const byMonth = <Value extends z.ZodType>(value: Value) => z.record(Month, value);

const recorded = {
  entryId: z.string(),
  driverId: z.string(),
  seq: z.int().min(1),
  points: Signed,
  balance: Signed,
  minutes: Signed,
  lots: byMonth(Signed),
  debt: Signed,
  counterparty: z.string(),
  reason: z.string().nullable(),
  occurredAt: StoredTime,
  recordedAt: StoredTime,
  prevHash: Sha256Hex,
  hash: Sha256Hex,
};

const event = { platformId: z.string(), eventId: z.string(), activity: z.string() };
const eventFacts = {
  ...event,
  wanted: Count,
  granted: Count,
  rulebookVersion: z.int().nullable(),
  campaignId: z.string().nullable(),
  rankingMonth: Month.nullable(),
  receivedAt: StoredTime,
  fingerprint: Sha256Hex,
};

const declinedReasons = [
  'no-rulebook',
  'activity-unknown',
  'too-late',
  'minutes-missing',
  'below-minimum',
  'not-attested',
] as const;
const redemption = { redemptionId: z.string(), rewardId: z.string() };

export const StoredEntry: z.ZodType<Entry> = z.discriminatedUnion('kind', [
  z.object({ ...recorded, ...eventFacts, kind: z.literal('award') }),
  z.object({
    ...recorded,
    ...eventFacts,
    kind: z.literal('declined'),
    reason: z.enum(declinedReasons),
    attestation: z.enum(['refused', 'lapsed']).optional(),
  }),
  z.object({ ...recorded, ...eventFacts, kind: z.literal('pending'), claimedMinutes: Count.nullable() }),
  z.object({ ...recorded, ...event, kind: z.literal('reversal'), rankingMonth: Month.nullable() }),
  z.object({ ...recorded, ...redemption, kind: z.literal('redemption') }),
  z.object({
    ...recorded,
    ...redemption,
    kind: z.literal('refund'),
    cause: z.enum(['cancelled', 'expired', 'returned']),
    reservedMonth: Month,
  }),
  z.object({ ...recorded, kind: z.literal('expiry'), lot: Month }),
  z.object({ ...recorded, kind: z.literal('adjustment') }),
]);

/** [score, minutes] as a pair, because the compact index stores one for every driver and month. */
export const StoredStandings = byMonth(
  z.tuple([Signed, Signed]).transform(([score, minutes]) => ({ score, minutes })),
);

export const StoredAccount: z.ZodType<Account> = z.object({
  driverId: z.string(),
  seq: z.int().min(1),
  head: Sha256Hex,
  balance: Signed,
  lots: byMonth(z.int().min(1)),
  debt: Count,
  minutes: Signed,
  earned: Signed,
  redeemed: Signed,
  expired: Signed,
  adjusted: Signed,
  standings: StoredStandings,
  capUse: byMonth(StoredById(z.record(z.string(), Count))),
  reservations: byMonth(StoredById(Count)),
  latestMonth: Month,
});

export const StoredProfile = z.object({
  driverId: z.string(),
  displayName: z.string().nullable(),
  occupation: z.string().nullable(),
  district: z.string().nullable(),
  platformId: z.string(),
  station: z.string().optional(),
  publishConsent: z.boolean(),
  /** False while the profile exists only because an event arrived before the driver was registered. */
  registered: z.boolean(),
  /** Whether a consent choice has been recorded. After that only the driver can give consent. */
  consentSaid: z.boolean(),
  revision: z.int().min(1),
  /** When the driver was erased. The profile then stays a tombstone that no registration can fill again. */
  erasedAt: StoredTime.optional(),
});
export type Profile = z.infer<typeof StoredProfile>;
