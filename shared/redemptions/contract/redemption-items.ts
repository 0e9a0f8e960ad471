import * as z from 'zod';
import { Month, StoredTime } from '../../kernel/primitives.ts';
import type { Redemption } from '../rules/redemption.ts';
import { DiscountTerms } from './rewards.ts';

/** Redemptions as they are stored, parsed like anything else that comes from outside the process. */

const held = {
  redemptionId: z.string(),
  driverId: z.string(),
  rewardId: z.string(),
  rewardVersion: z.int().min(1),
  points: z.int().min(1),
  lots: z.record(Month, z.int().min(1)),
  stockTracked: z.boolean(),
  outlets: z.array(z.string()),
  discount: DiscountTerms.optional(),
  subsidyFen: z.int().min(0),
  seed: z.string(),
  codeKey: z.string(),
  reservedAt: StoredTime,
  expiresAt: StoredTime,
};

const confirmation = {
  merchantId: z.string(),
  requestNo: z.string(),
  amountFen: z.int().min(0).optional(),
  confirmedAt: StoredTime,
};

export const StoredRedemption: z.ZodType<Redemption> = z.discriminatedUnion('state', [
  z.object({ ...held, state: z.literal('reserved') }),
  z.object({ ...held, ...confirmation, state: z.literal('confirmed') }),
  z.object({
    ...held,
    ...confirmation,
    state: z.literal('returned'),
    returnRequestNo: z.string(),
    returnedAt: StoredTime,
  }),
  z.object({ ...held, state: z.literal('cancelled'), cancelledAt: StoredTime }),
  z.object({ ...held, state: z.literal('expired'), expiredAt: StoredTime }),
]);

/** What moves with every reservation of a reward. */
export const StoredStock = z.object({
  rewardId: z.string(),
  /** Version of the terms that are in force. */
  version: z.int().min(1),
  stock: z.int().min(0),
});
export type StockRecord = z.infer<typeof StoredStock>;

export const StoredAdjustment = z.object({
  rewardId: z.string(),
  requestNo: z.string(),
  delta: z.int(),
  reason: z.string(),
  recordedAt: StoredTime,
});
export type StockAdjustment = z.infer<typeof StoredAdjustment>;
