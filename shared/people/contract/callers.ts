import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { Id, NoBody, Page, pageQuery } from '../../kernel/primitives.ts';

/** Organizers are made by the operators of the user pool alone: nobody who has the role can give it away. */
export const CallerRole = z.enum(['platform', 'merchant', 'attestor', 'driver']);
export type CallerRole = z.infer<typeof CallerRole>;

export const CallerBody = z.strictObject({
  role: CallerRole,
  id: Id.meta({ description: 'The platform, merchant, attestor or driver that it acts for' }),
});
export type CallerBody = z.infer<typeof CallerBody>;

/** `callerId` is the client id of a machine, the subject of a person. */
export const CallerView = CallerBody.extend({
  callerId: z.string(),
  enabled: z.boolean(),
  registeredAt: z.string(),
  changedAt: z.string(),
}).meta({ id: 'Caller' });
export type CallerView = z.infer<typeof CallerView>;

const callers = {
  servedBy: 'callers',
  roles: ['organizer'],
  params: z.strictObject({ callerId: Id }),
  query: z.strictObject({}),
  body: z.undefined(),
  answers: { 200: CallerView },
  refusals: ['not-found'],
} as const;

export const putCaller = endpoint({
  ...callers,
  route: 'PUT /v1/callers/{callerId}',
  summary: '登记调用方 · Register whom a client or a person acts for; that never changes',
  body: CallerBody.meta({ examples: [{ role: 'platform', id: 'hongcheng-rides' }] }),
  answers: { 200: CallerView, 201: CallerView },
  refusals: ['caller-exists', 'driver-erased'],
});

export const getCaller = endpoint({
  ...callers,
  route: 'GET /v1/callers/{callerId}',
  summary: '查询调用方 · One caller',
});

export const listCallers = endpoint({
  ...callers,
  route: 'GET /v1/callers',
  summary: '调用方列表 · The callers of a role, by whom they act for',
  params: z.strictObject({}),
  query: z.strictObject({ ...pageQuery, role: CallerRole }),
  cursor: z.strictObject({ id: Id, callerId: Id }),
  answers: { 200: Page(CallerView) },
  refusals: [],
});

export const disableCaller = endpoint({
  ...callers,
  route: 'POST /v1/callers/{callerId}/disable',
  summary: '停用调用方 · No new tokens for this caller; those it has run out within the hour',
  body: NoBody,
});

export const enableCaller = endpoint({
  ...callers,
  route: 'POST /v1/callers/{callerId}/enable',
  summary: '启用调用方 · Tokens for this caller again',
  body: NoBody,
  refusals: ['not-found', 'driver-erased'],
});

export const rekeyCaller = endpoint({
  ...callers,
  route: 'POST /v1/callers/{callerId}/rekey',
  summary:
    '更换凭据 · Another client or person acts from now on for whom this caller does, and this one has no new tokens',
  body: z.strictObject({ newCallerId: Id }).meta({ examples: [{ newCallerId: '6l1p5d2v9k' }] }),
  refusals: ['not-found', 'caller-exists', 'driver-erased', 'invalid'],
});
