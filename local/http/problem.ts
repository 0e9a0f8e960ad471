import * as contract from '../../shared/kernel/problems.ts';
import type { FieldError } from '../../shared/kernel/validation.ts';

/**
 * Codes of the problems (RFC 9457) that the gateway itself returns, in the same format as those of the
 * functions.
 */
export type ProblemCode = Exclude<contract.GeneralCode, 'occurred-in-future'>;

const headersOf: Partial<Record<ProblemCode, Record<string, string>>> = {
  unauthenticated: { 'www-authenticate': 'Bearer' },
  'slow-down': { 'retry-after': '1' },
  'try-again': { 'retry-after': '1' },
};

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  cookies?: string[];
  body: string | Buffer;
}

/** An answer with a problem body and the headers that belong to its code. */
export function problem(
  code: ProblemCode,
  detail: string,
  requestId: string,
  errors?: readonly FieldError[],
): HttpAnswer {
  const body = contract.problem(code, requestId, { detail, ...(errors && { errors }) });
  return {
    status: body.status,
    headers: { 'content-type': 'application/problem+json', ...headersOf[code] },
    body: JSON.stringify(body),
  };
}

export function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
