import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { CursorKey, Id, Month, NoBody, Page, pageQuery, pointsMax, Text } from '../../kernel/primitives.ts';

const organizers = { roles: ['organizer'] } as const;

export const AdjustmentBody = z.strictObject({
  driverId: Id,
  points: z
    .int()
    .min(-pointsMax)
    .max(pointsMax)
    .refine(points => points !== 0, 'must not be 0'),
  reason: Text(200).meta({ description: 'Shown to the driver and kept for ever: no names' }),
  requestNo: Id.meta({
    description: 'Permanent for the organizer who proposes: a repeat proposes nothing new',
  }),
});
export type AdjustmentBody = z.infer<typeof AdjustmentBody>;

export const AdjustmentView = z
  .strictObject({
    adjustmentId: z.string(),
    driverId: z.string(),
    points: z.int(),
    reason: z.string(),
    requestNo: z.string(),
    state: z.enum(['proposed', 'approved', 'rejected']),
    proposedBy: z.string(),
    proposedAt: z.string(),
    decidedBy: z.string().optional(),
    decidedAt: z.string().optional(),
  })
  .meta({ id: 'Adjustment' });
export type AdjustmentView = z.infer<typeof AdjustmentView>;

const adjustments = {
  ...organizers,
  servedBy: 'adjustments',
  params: z.strictObject({ adjustmentId: Id }),
  query: z.strictObject({}),
  body: z.undefined(),
  answers: { 200: AdjustmentView },
} as const;

export const postAdjustment = endpoint({
  ...adjustments,
  route: 'POST /v1/adjustments',
  summary: '提议调整积分 · Propose to give or take points by hand; another organizer approves it',
  params: z.strictObject({}),
  body: AdjustmentBody.meta({
    examples: [{ driverId: 'd-00274', points: 20, reason: '三月五日漏记', requestNo: 'case-118' }],
  }),
  answers: { 200: AdjustmentView, 201: AdjustmentView },
  refusals: ['not-found', 'over-limit', 'request-no-used'],
});

export const approveAdjustment = endpoint({
  ...adjustments,
  route: 'POST /v1/adjustments/{adjustmentId}/approval',
  summary: '批准调整 · Approve what another organizer has proposed: the points move now',
  body: NoBody,
  refusals: [
    'not-found',
    'over-limit',
    'insufficient-points',
    'second-organizer-needed',
    'adjustment-decided',
  ],
});

export const rejectAdjustment = endpoint({
  ...adjustments,
  route: 'POST /v1/adjustments/{adjustmentId}/rejection',
  summary: '驳回或撤回调整 · Reject a proposal, or withdraw one’s own',
  body: NoBody,
  refusals: ['not-found', 'adjustment-decided'],
});

export const getAdjustment = endpoint({
  ...adjustments,
  route: 'GET /v1/adjustments/{adjustmentId}',
  summary: '查询调整 · One adjustment',
  refusals: ['not-found'],
});

/** Lists of the organizers are read by month: this one unless another is named. */
const monthQuery = z.strictObject({ ...pageQuery, month: Month.optional() });

export const listAdjustments = endpoint({
  ...adjustments,
  route: 'GET /v1/adjustments',
  summary: '调整列表 · Adjustments proposed in a month, newest first',
  params: z.strictObject({}),
  query: monthQuery,
  cursor: CursorKey,
  answers: { 200: Page(AdjustmentView) },
  refusals: [],
});

export const AuditView = z
  .strictObject({
    auditId: z.string(),
    at: z.string(),
    by: z.string().meta({ description: 'The organizer' }),
    action: z.string(),
    subject: z.string(),
    before: z.looseObject({}).nullable(),
    after: z.looseObject({}).nullable(),
  })
  .meta({ id: 'AuditRecord' });

export const listAudit = endpoint({
  ...organizers,
  route: 'GET /v1/audit',
  servedBy: 'audit-list',
  summary: '操作记录 · What organizers changed in a month, newest first',
  params: z.strictObject({}),
  query: monthQuery,
  cursor: CursorKey,
  body: z.undefined(),
  answers: { 200: Page(AuditView) },
  refusals: [],
});
