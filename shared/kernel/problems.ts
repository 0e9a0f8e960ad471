import * as z from 'zod';
import type { RefusalWord } from './refusal.ts';

/** What can go wrong with any request, before a rule looks at it. */
export type GeneralCode = Extract<
  RefusalWord,
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'too-large'
  | 'invalid'
  | 'slow-down'
  | 'try-again'
>;

/** `occurred-in-future` refuses one event of a batch, never a request. */
export type ProblemCode = RefusalWord | 'occurred-in-future';

/** The one place where a word becomes an HTTP status. */
export const problems: Readonly<Record<ProblemCode, { readonly status: number; readonly title: string }>> = {
  malformed: { status: 400, title: '请求格式有误 · The request cannot be read' },
  unauthenticated: { status: 401, title: '请先登录 · A valid token is needed' },
  forbidden: { status: 403, title: '没有权限 · This role may not do that' },
  'not-found': { status: 404, title: '未找到 · Unknown, or not yours' },
  'too-large': { status: 413, title: '内容过大 · Too large for one request or one answer' },
  invalid: { status: 422, title: '内容有误 · The content is not valid' },
  'occurred-in-future': { status: 422, title: '时间在未来 · The event lies in the future' },
  'slow-down': { status: 429, title: '请求过于频繁 · Too many requests' },
  'try-again': { status: 503, title: '请稍后再试 · Try again shortly' },
  'not-awarded': { status: 409, title: '该事件未获积分 · The event was not awarded' },
  'too-late': { status: 409, title: '已超过期限 · Too late' },
  'insufficient-points': { status: 409, title: '积分不足 · Not enough points' },
  'out-of-stock': { status: 409, title: '库存不足 · Out of stock' },
  'limit-reached': { status: 409, title: '本月兑换次数已满 · This month’s limit is reached' },
  'reward-inactive': { status: 409, title: '不在兑换期内 · The reward is not on offer now' },
  'idempotency-key-reused': {
    status: 422,
    title: '请求编号已被使用 · The Idempotency-Key was used otherwise',
  },
  'code-unknown': { status: 404, title: '兑换码无效 · The code is not known here' },
  'already-confirmed': { status: 409, title: '兑换码已使用 · The code has been used' },
  'already-cancelled': { status: 409, title: '兑换已取消 · The redemption was cancelled' },
  'redemption-expired': { status: 409, title: '兑换码已过期 · The code has expired' },
  'below-min-spend': { status: 409, title: '未达最低消费 · Below the minimum spend' },
  'already-returned': { status: 409, title: '已退货 · Returned already' },
  'return-period-over': { status: 409, title: '已超过退货期限 · The return period is over' },
  'driver-erased': { status: 409, title: '该司机信息已删除 · The driver’s data has been erased' },
  'not-pending': { status: 409, title: '该事件无需核实 · The event does not wait for an attestation' },
  'already-attested': { status: 409, title: '该事件已核实 · The event was attested otherwise' },
  'attestation-period-over': { status: 409, title: '核实期限已过 · The time for attesting is over' },
  'caller-exists': { status: 409, title: '该调用方已登记 · The caller is registered for somebody else' },
  'over-limit': { status: 409, title: '超过调整上限 · More than an adjustment may move' },
  'request-no-used': { status: 409, title: '请求编号已被使用 · The requestNo was used otherwise' },
  'second-organizer-needed': {
    status: 409,
    title: '须由另一位管理员批准 · Another organizer must approve it',
  },
  'adjustment-decided': { status: 409, title: '该调整已有结论 · The adjustment has been decided' },
  'rulebook-exists': { status: 409, title: '该规则版本已存在 · This rulebook version exists' },
  'month-not-over': { status: 409, title: '当月尚未结束 · The month is not over yet' },
  'events-pending': { status: 409, title: '尚有事件未处理 · Events are still waiting to be worked on' },
  'not-closed': { status: 409, title: '当月榜单尚未封存 · The month is not closed' },
  'not-published': { status: 409, title: '榜单尚未公布 · The ranking is not published' },
  'objection-period': { status: 409, title: '公示异议期未满 · The objection period is not over' },
};

/** RFC 9457. A refusal carries the facts that explain it besides. */
export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

export type Problem = z.infer<typeof Problem>;

export interface ProblemFacts {
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** Members of the problem itself: a fact of that name would never be seen. */
  readonly type?: never;
  readonly title?: never;
  readonly status?: never;
  readonly code?: never;
  readonly requestId?: never;
  readonly [fact: string]: unknown;
}

export function problem(code: ProblemCode, requestId: string, facts: ProblemFacts = {}): Problem {
  const { status, title } = problems[code];
  const { detail = title, errors, ...rest } = facts;
  return {
    ...rest,
    type: `urn:nuanxin:problem:${code}`,
    title,
    status,
    code,
    detail,
    requestId,
    ...(errors ? { errors: [...errors] } : {}),
  };
}
