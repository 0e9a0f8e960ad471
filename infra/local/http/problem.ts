/** The gateway's own refusals, in the form that the functions' refusals have (RFC 9457). */
export type ProblemCode =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'too-large'
  | 'invalid'
  | 'slow-down'
  | 'try-again';

const problems: Record<ProblemCode, { status: number; title: string; headers?: Record<string, string> }> = {
  malformed: { status: 400, title: 'The request cannot be read' },
  unauthenticated: {
    status: 401,
    title: 'A valid token is required',
    headers: { 'www-authenticate': 'Bearer' },
  },
  forbidden: { status: 403, title: 'The token does not allow this' },
  'not-found': { status: 404, title: 'There is no such thing here' },
  'too-large': { status: 413, title: 'The body is too large' },
  invalid: { status: 422, title: 'The request is not valid' },
  'slow-down': { status: 429, title: 'Too many requests', headers: { 'retry-after': '1' } },
  'try-again': { status: 503, title: 'Try again in a moment', headers: { 'retry-after': '1' } },
};

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  cookies?: string[];
  body: string | Buffer;
}

export function problem(code: ProblemCode, detail: string, requestId: string): HttpAnswer {
  const { status, title, headers } = problems[code];
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({ type: `urn:nuanxin:problem:${code}`, title, status, code, detail, requestId }),
  };
}

export function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
