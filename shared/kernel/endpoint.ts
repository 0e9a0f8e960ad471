import type * as z from 'zod';
import type { ProblemCode } from './problems.ts';

/** Who calls. Each role is a scope of the token and a claim that says for whom it acts. */
export const roles = {
  platform: { scope: 'events:write', claim: 'platform_id' },
  merchant: { scope: 'redemptions:confirm', claim: 'merchant_id' },
  organizer: { scope: 'program:manage', claim: 'sub' },
  driver: { scope: 'wallet', claim: 'driver_id' },
  /** A station, or the department of a grid worker: says whether an event took place. */
  attestor: { scope: 'events:attest', claim: 'attestor_id' },
} as const;

export type Role = keyof typeof roles;

/** Of what is public: a token that comes along keeps nobody out. Of several roles the first that it bears counts. */
export const everyRole = [
  'organizer',
  'driver',
  'platform',
  'merchant',
  'attestor',
] as const satisfies readonly Role[];

export type MediaType = 'application/json' | 'text/csv' | 'text/html';

/**
 * One route, whole: where it is, who may call it, what it takes and gives. The gateway's routes, the functions'
 * parsing and the OpenAPI document are all made from it.
 */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  /** As API Gateway writes it: `PUT /v1/rulebooks/{version}`. */
  readonly route: `${'GET' | 'PUT' | 'POST' | 'DELETE'} /${string}`;
  /** The function that serves it. */
  readonly servedBy: string;
  readonly summary: string;
  /** The roles that may call it. `public` routes need no token, and verify one that is there. */
  readonly roles: readonly Role[];
  readonly public?: true;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Headers besides the usual, lower case. */
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  /** By status; an answer without a body is undefined. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
  /** Media types of an answer, where it need not be JSON. */
  readonly media?: readonly MediaType[];
  readonly refusals: readonly ProblemCode[];
}

/** Keeps the exact types of what is described. */
export function endpoint<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  described: Endpoint<Params, Query, Body>,
): Endpoint<Params, Query, Body> {
  return described;
}
