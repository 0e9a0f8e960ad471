import type * as z from 'zod';
import type { ProblemCode } from './problems.ts';

/** Roles of callers. A token acts in a role when it has the role's scope and the claim that names whom it acts for. */
export const roles = {
  platform: { scope: 'events:write', claim: 'platform_id' },
  merchant: { scope: 'redemptions:confirm', claim: 'merchant_id' },
  organizer: { scope: 'program:manage', claim: 'sub' },
  driver: { scope: 'wallet', claim: 'driver_id' },
  /** A station, or the department of a grid worker: confirms or refuses pending events. */
  attestor: { scope: 'events:attest', claim: 'attestor_id' },
} as const;

export type Role = keyof typeof roles;

/** Public routes accept any valid token. A token with several roles acts in the first of this list. */
export const everyRole = [
  'organizer',
  'driver',
  'platform',
  'merchant',
  'attestor',
] as const satisfies readonly Role[];

export type MediaType = 'application/json' | 'text/csv' | 'text/html';

/**
 * One route: its path, its callers, its request and its answers. The gateway's routes, the parsing of requests, the
 * types of the handlers and the OpenAPI document are all derived from it.
 */
export interface Endpoint {
  /** As API Gateway writes it: `PUT /v1/rulebooks/{version}`. */
  readonly route: `${'GET' | 'PUT' | 'POST' | 'DELETE'} /${string}`;
  /** The function that serves it. */
  readonly servedBy: string;
  readonly summary: string;
  /** The roles that may call it. `public` routes need no token, and verify one that is sent. */
  readonly roles: readonly Role[];
  readonly public?: true;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  /** Headers that the handler reads, in lower case. */
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  /**
   * A list's position, as its cursors carry it. The query must have a field `cursor`. A position that repeats a path
   * parameter belongs to the list under that path only.
   */
  readonly cursor?: z.ZodType;
  /** The body of each success status; `z.undefined()` for an answer without a body. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
  /** The media types of the answers; JSON by default. */
  readonly media?: readonly MediaType[];
  /** Every refusal that the handler can return. The runtime adds its own: of tokens, bodies, limits and outages. */
  readonly refusals: readonly ProblemCode[];
}

/** Describes an endpoint. Keeps its exact types: `on` derives the types of the call and of the answer from them. */
export function endpoint<const E extends Endpoint>(
  described: E & Readonly<Record<Exclude<keyof E, keyof Endpoint>, never>>,
): E {
  return described;
}
