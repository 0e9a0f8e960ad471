import * as contract from '../../shared/kernel/problems.ts';
import type { FieldError } from '../../shared/kernel/validation.ts';

/** What the gateway refuses by itself, in the form that the functions' refusals have (RFC 9457). */
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
