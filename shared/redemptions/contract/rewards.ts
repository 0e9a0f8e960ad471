import * as z from 'zod';
import { endpoint, everyRole } from '../../kernel/endpoint.ts';
import { Fen, Id, Page, Points, pageQuery, Text, Time } from '../../kernel/primitives.ts';

export const holdMinutesMax = 43_200;
const outletsMax = 50;
const stockMax = 1_000_000;

/** Money off a purchase; a discount of nothing is a mistake. */
const FenOff = Fen.min(1);

export const DiscountTerms = z.union(
  [
    z.strictObject({ amountFen: FenOff, minSpendFen: Fen.optional() }),
    z.strictObject({ percentOff: z.int().min(1).max(100), maxFen: FenOff, minSpendFen: Fen.optional() }),
  ],
  { error: 'must be { amountFen, minSpendFen? } or { percentOff, maxFen, minSpendFen? }' },
);

const terms = {
  name: Text(100),
  kind: z.enum(['goods', 'discount']),
  points: Points,
  stockTracked: z.boolean(),
  perDriverMonthlyLimit: z.int().min(1).max(1000).optional(),
  holdMinutes: z.int().min(1).max(holdMinutesMax),
  outlets: z
    .array(Id)
    .min(1)
    .max(outletsMax)
    .refine(all => new Set(all).size === all.length, 'must not name an outlet twice'),
  discount: DiscountTerms.optional(),
  subsidyFen: Fen.optional(),
  activeFrom: Time.optional(),
  activeTo: Time.optional(),
};

export const RewardBody = z
  .strictObject(terms)
  .refine(({ kind, discount }) => kind !== 'discount' || discount !== undefined, {
    path: ['discount'],
    error: 'is needed for a discount',
  })
  .refine(({ kind, discount }) => kind !== 'goods' || discount === undefined, {
    path: ['discount'],
    error: 'goods have none',
  })
  .refine(
    ({ activeFrom, activeTo }) =>
      activeFrom === undefined || activeTo === undefined || Date.parse(activeFrom) < Date.parse(activeTo),
    { path: ['activeTo'], error: 'must lie after activeFrom' },
  );
export type RewardBody = z.infer<typeof RewardBody>;

/** The terms as stored: their version counts up with every change. */
export const StoredTerms = z.strictObject({ ...terms, rewardId: Id, version: z.int().min(1) });

export const RewardView = StoredTerms.extend({
  stock: z.int().nullable().meta({ description: 'null where the stock is not tracked' }),
}).meta({ id: 'Reward' });
export type RewardView = z.infer<typeof RewardView>;

export const StockBody = z.strictObject({
  requestNo: Id,
  delta: z
    .int()
    .min(-stockMax)
    .max(stockMax)
    .refine(delta => delta !== 0, 'must not be 0'),
  reason: Text(200),
});

export const StockView = z
  .strictObject({
    rewardId: z.string(),
    requestNo: z.string(),
    delta: z.int(),
    reason: z.string(),
    recordedAt: z.string(),
    stock: z.int().nullable().meta({ description: 'as it is now; null where it is not tracked' }),
  })
  .meta({ id: 'StockAdjustment' });
export type StockView = z.infer<typeof StockView>;

const rewardParams = z.strictObject({ rewardId: Id });

export const putReward = endpoint({
  route: 'PUT /v1/rewards/{rewardId}',
  servedBy: 'manage-program',
  summary: '发布或修改兑换品 · Store a reward’s terms; what is reserved keeps the terms it had',
  roles: ['organizer'],
  params: rewardParams,
  query: z.strictObject({}),
  body: RewardBody.meta({
    examples: [
      {
        name: '保温杯',
        kind: 'goods',
        points: 60,
        stockTracked: true,
        perDriverMonthlyLimit: 1,
        holdMinutes: 1440,
        outlets: ['honghong-station'],
        subsidyFen: 1500,
      },
      {
        name: '午餐八折',
        kind: 'discount',
        points: 40,
        stockTracked: false,
        holdMinutes: 60,
        outlets: ['noodles'],
        discount: { percentOff: 20, maxFen: 800, minSpendFen: 1000 },
      },
    ],
  }),
  answers: { 200: RewardView, 201: RewardView },
  refusals: ['invalid'],
});

export const postStock = endpoint({
  route: 'POST /v1/rewards/{rewardId}/stock',
  servedBy: 'manage-program',
  summary: '调整库存 · Add to or take from the stock; a repeat of requestNo changes nothing',
  roles: ['organizer'],
  params: rewardParams,
  query: z.strictObject({}),
  body: StockBody.meta({ examples: [{ requestNo: 'delivery-7', delta: 200, reason: '到货' }] }),
  answers: { 200: StockView, 201: StockView },
  refusals: ['not-found', 'out-of-stock'],
});

const readCommon = {
  servedBy: 'rewards',
  roles: everyRole,
  public: true,
  body: z.undefined(),
} as const;

export const listRewards = endpoint({
  ...readCommon,
  route: 'GET /v1/rewards',
  summary: '兑换品列表 · All rewards, by rewardId',
  params: z.strictObject({}),
  query: z.strictObject(pageQuery),
  cursor: Id,
  answers: { 200: Page(RewardView) },
  refusals: [],
});

export const getReward = endpoint({
  ...readCommon,
  route: 'GET /v1/rewards/{rewardId}',
  summary: '查询兑换品 · One reward, with its stock',
  params: rewardParams,
  query: z.strictObject({}),
  answers: { 200: RewardView },
  refusals: ['not-found'],
});
