import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { CursorKey, Fen, Id, Page, pageQuery, Text } from '../../kernel/primitives.ts';

export const RedemptionState = z.enum(['reserved', 'confirmed', 'cancelled', 'expired', 'returned']);

const common = {
  redemptionId: z.string(),
  rewardId: z.string(),
  points: z.int(),
  expiresAt: z.string(),
};

/** What a reservation answers; a repeat of it answers the same, whatever has become of it since. */
export const ReservationView = z
  .strictObject({ ...common, status: z.literal('reserved'), code: z.string() })
  .meta({ id: 'Reservation' });
export type ReservationView = z.infer<typeof ReservationView>;

export const RedemptionView = z
  .strictObject({
    ...common,
    status: RedemptionState,
    code: z.string().optional().meta({ description: 'only while reserved, and only for its driver' }),
    driverId: z.string(),
    reservedAt: z.string(),
    merchantId: z.string().optional(),
    confirmedAt: z.string().optional(),
    discountFen: z.int().optional(),
    subsidyFen: z.int().optional(),
    cancelledAt: z.string().optional(),
    returnedAt: z.string().optional(),
  })
  .meta({ id: 'Redemption' });
export type RedemptionView = z.infer<typeof RedemptionView>;

export const ConfirmationView = z
  .strictObject({
    redemptionId: z.string(),
    rewardId: z.string(),
    status: z.literal('confirmed'),
    discountFen: z.int(),
    subsidyFen: z.int(),
    confirmedAt: z.string(),
  })
  .meta({ id: 'Confirmation' });
export type ConfirmationView = z.infer<typeof ConfirmationView>;

export const ReturnView = ConfirmationView.extend({
  status: z.literal('returned'),
  returnedAt: z.string(),
}).meta({ id: 'Return' });
export type ReturnView = z.infer<typeof ReturnView>;

/** Longer than any way to write a code with spaces and hyphens in it. */
const codeTextMax = 64;

export const ConfirmationBody = z.strictObject({
  code: z.string().min(1).max(codeTextMax),
  requestNo: Id,
  amountFen: Fen.optional().meta({ description: 'what the purchase costs; needed for a discount' }),
});
export type ConfirmationBody = z.infer<typeof ConfirmationBody>;

export const idempotencyKeyHeader = 'idempotency-key';
const IdempotencyKey = z
  .string('is needed')
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters');

const driverCommon = { servedBy: 'redemptions', query: z.strictObject({}) } as const;
const redemptionParams = z.strictObject({ redemptionId: Id });

export const postRedemption = endpoint({
  ...driverCommon,
  route: 'POST /v1/redemptions',
  summary: '兑换 · Reserve a reward; the same Idempotency-Key makes one reservation, for ever',
  roles: ['driver'],
  params: z.strictObject({}),
  headers: { [idempotencyKeyHeader]: IdempotencyKey },
  body: z.strictObject({ rewardId: Id }).meta({ examples: [{ rewardId: 'cup' }] }),
  answers: { 201: ReservationView },
  refusals: [
    'not-found',
    'insufficient-points',
    'out-of-stock',
    'limit-reached',
    'reward-inactive',
    'idempotency-key-reused',
  ],
});

export const getRedemption = endpoint({
  ...driverCommon,
  route: 'GET /v1/redemptions/{redemptionId}',
  summary: '查询兑换 · One redemption, with its code for its driver while reserved',
  roles: ['driver', 'organizer'],
  params: redemptionParams,
  body: z.undefined(),
  answers: { 200: RedemptionView },
  refusals: ['not-found'],
});

export const listRedemptions = endpoint({
  servedBy: 'redemptions',
  route: 'GET /v1/redemptions',
  summary: '我的兑换 · A driver’s own redemptions, newest first',
  roles: ['driver'],
  params: z.strictObject({}),
  query: z.strictObject(pageQuery),
  cursor: z.strictObject({ redemptionId: CursorKey, reservedAt: CursorKey }),
  body: z.undefined(),
  answers: { 200: Page(RedemptionView) },
  refusals: [],
});

export const postCancellation = endpoint({
  ...driverCommon,
  route: 'POST /v1/redemptions/{redemptionId}/cancellation',
  summary: '取消兑换 · Give points and stock back',
  roles: ['driver'],
  params: redemptionParams,
  body: z.strictObject({}).optional(),
  answers: { 200: RedemptionView },
  refusals: ['not-found', 'already-confirmed', 'redemption-expired'],
});

export const postConfirmation = endpoint({
  route: 'POST /v1/redemptions/confirmations',
  servedBy: 'confirm-redemptions',
  summary: '核销 · Confirm a code, once; the same requestNo answers the same',
  roles: ['merchant'],
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: ConfirmationBody.meta({
    examples: [{ code: '17H3KQ9M2X', requestNo: 'till-1-8', amountFen: 3200 }],
  }),
  answers: { 200: ConfirmationView },
  refusals: [
    'code-unknown',
    'already-confirmed',
    'already-cancelled',
    'redemption-expired',
    'below-min-spend',
    'invalid',
    'slow-down',
  ],
});

export const postReturn = endpoint({
  ...driverCommon,
  route: 'POST /v1/redemptions/{redemptionId}/return',
  summary: '退货 · Take back what was handed over, within 7 days',
  roles: ['merchant'],
  params: redemptionParams,
  body: z
    .strictObject({ requestNo: Id, reason: Text(200) })
    .meta({ examples: [{ requestNo: 'back-1', reason: '商品有瑕疵' }] }),
  answers: { 200: ReturnView },
  refusals: ['not-found', 'already-returned', 'return-period-over'],
});
