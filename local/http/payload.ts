import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { accountId } from '../template/intrinsics.ts';
import type { HttpAnswer } from './problem.ts';
import type { Match } from './router.ts';

/** The caller, as the authorizer has read it from the token. */
export interface Principal {
  claims: Record<string, unknown>;
  scopes: string[];
}

export interface PayloadParts {
  request: IncomingMessage;
  /** The decoded path. HTTP APIs pass it decoded; REST APIs and function URLs do not. */
  path: string;
  rawQuery: string;
  body: Buffer;
  match: Match;
  principal: Principal | undefined;
  requestId: string;
  apiId: string;
  now: number;
}

/** The event that a function receives, in payload format 2.0, as JSON. */
export function payloadOf(parts: PayloadParts): string {
  const { request, path, rawQuery, body, match, principal, requestId, apiId, now } = parts;
  const { cookie, ...headers } = request.headersDistinct;
  const query = queryOf(rawQuery);
  const host = request.headers.host ?? '127.0.0.1';
  const { method = 'GET' } = request;
  const isText = isTextType(request.headers['content-type']) && isUtf8(body);
  return JSON.stringify({
    version: '2.0',
    routeKey: match.route.routeKey,
    rawPath: path,
    rawQueryString: rawQuery,
    ...(cookie && { cookies: cookie.flatMap(line => line.split(/; */)) }),
    headers: Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values?.join(',')])),
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId,
      apiId,
      ...(principal && {
        authorizer: { jwt: { claims: claimTexts(principal.claims), scopes: scopesOf(match, principal) } },
      }),
      domainName: host,
      domainPrefix: host.split('.')[0],
      http: {
        method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: match.route.routeKey,
      stage: '$default',
      time: logTime(now),
      timeEpoch: now,
    },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    ...(body.length > 0 && { body: isText ? body.toString() : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  });
}

function scopesOf(match: Match, { scopes }: Principal): string[] | null {
  return match.route.scopes.length === 0 ? null : scopes;
}

/** The claims as strings, which is how functions receive them: numbers too, and lists as `[a b]`. */
function claimTexts(claims: Record<string, unknown>): Record<string, string> {
  const text = (value: unknown): string => (Array.isArray(value) ? `[${value.join(' ')}]` : String(value));
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, text(value)]));
}

function queryOf(rawQuery: string): Record<string, string> | undefined {
  if (rawQuery === '') return undefined;
  const query: Record<string, string> = Object.create(null); // so that `__proto__` is an ordinary name
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    query[name] = Object.hasOwn(query, name) ? `${query[name]},${value}` : value;
  }
  return query;
}

/** True if a body of this type is passed as text, and not in base64. A body without a type counts as text. */
function isTextType(contentType: string | undefined): boolean {
  if (contentType === undefined) return true;
  return /^\s*(text\/|application\/(json|javascript|xml)\b|application\/[\w.+-]+\+(json|xml)\b)/i.test(
    contentType,
  );
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function logTime(now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}

interface ProxyResult {
  statusCode?: unknown;
  headers?: Record<string, unknown>;
  cookies?: unknown;
  body?: unknown;
  isBase64Encoded?: unknown;
}

/** Converts a function's result to an HTTP answer; undefined if API Gateway would reject the result. */
export function answerOf(payload: string): HttpAnswer | undefined {
  const result: unknown = JSON.parse(payload);
  const isObject = typeof result === 'object' && result !== null && !Array.isArray(result);
  if (!isObject || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded } = result as ProxyResult;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599 || !Array.isArray(cookies)) return undefined;
  if (body !== null && typeof body !== 'string') return undefined;
  const names = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...Object.fromEntries(names) },
    cookies: cookies.map(String),
    body: isBase64Encoded === true ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
}
