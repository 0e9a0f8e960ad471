import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { Id, Month, Page, pageQuery, Sha256Hex } from '../../kernel/primitives.ts';

export const WalletView = z
  .strictObject({
    driverId: z.string(),
    displayName: z.string().nullable(),
    available: z.int(),
    reserved: z.int(),
    minutes: z.int(),
    earned: z.int(),
    spent: z.int(),
    expired: z.int(),
    expiring: z.array(z.strictObject({ points: z.int(), expiresAt: z.string() })),
    seq: z.int(),
  })
  .meta({ id: 'Wallet' });
export type WalletView = z.infer<typeof WalletView>;

export const EntryKind = z.enum([
  'award',
  'reversal',
  'redemption',
  'refund',
  'expiry',
  'adjustment',
  'declined',
  'pending',
]);

/** An entry of the ledger as drivers see it: just what its hash covers. */
export const EntryView = z
  .strictObject({
    entryId: z.string(),
    seq: z.int().min(1),
    kind: EntryKind,
    points: z.int(),
    balance: z.int(),
    minutes: z.int().optional(),
    occurredAt: z.string(),
    recordedAt: z.string(),
    reason: z.string().optional(),
    platformId: z.string().optional(),
    eventId: z.string().optional(),
    activity: z.string().optional(),
    redemptionId: z.string().optional(),
    rulebookVersion: z.int().nullable().optional(),
    rankingMonth: Month.nullable().optional(),
    prevHash: Sha256Hex,
    hash: Sha256Hex,
  })
  .meta({ id: 'Entry' });

const walletCommon = {
  servedBy: 'wallet',
  roles: ['driver'],
  params: z.strictObject({ driverId: Id }),
  body: z.undefined(),
  refusals: ['not-found'],
} as const;

export const getWallet = endpoint({
  ...walletCommon,
  route: 'GET /v1/drivers/{driverId}',
  summary: '我的积分 · Balance, hours, and what expires when',
  query: z.strictObject({}),
  answers: { 200: WalletView },
});

export const listEntries = endpoint({
  ...walletCommon,
  route: 'GET /v1/drivers/{driverId}/entries',
  summary: '积分明细 · Every entry, newest first',
  query: z.strictObject(pageQuery),
  /** The lowest `seq` of the page before. */
  cursor: z.int().min(1),
  answers: { 200: Page(EntryView) },
});
