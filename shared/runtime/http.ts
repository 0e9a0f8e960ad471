import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import type { Endpoint } from '../kernel/endpoint.ts';
import { type ProblemCode, type ProblemFacts, problem } from '../kernel/problems.ts';
import { isRefusal, type Refusal } from '../kernel/refusal.ts';
import type { Instant } from '../kernel/time.ts';
import { fieldErrors } from '../kernel/validation.ts';
import { now } from './clock.ts';
import { parseJsonBody } from './json-body.ts';
import { count, log, observed } from './observe.ts';
import { type Caller, type Claims, callerOf } from './principal.ts';

/** A request that has been let in and parsed: nothing in it is raw. */
export interface Call<E extends Endpoint> {
  /** Who calls; on public routes undefined where no token came. */
  readonly caller: E extends { public: true } ? Caller | undefined : Caller;
  readonly params: z.output<E['params']>;
  readonly query: z.output<E['query']>;
  readonly body: z.output<E['body']>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly now: Instant;
  readonly requestId: string;
}

export interface Reply {
  readonly status: number;
  /** JSON, unless it is text of the content type in `headers`. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler may answer: a reply, a rule that says no, or a problem of the request itself. */
export type Answer = Reply | Refusal | Rejection;

export class Rejection {
  readonly code: ProblemCode;
  readonly facts: ProblemFacts;
  constructor(code: ProblemCode, facts: ProblemFacts = {}) {
    this.code = code;
    this.facts = facts;
  }
}

export interface Served {
  readonly endpoint: Endpoint;
  readonly handle: (call: Call<Endpoint>) => Promise<Answer>;
}

/** Joins an endpoint with what serves it. */
export function on<E extends Endpoint>(endpoint: E, handle: (call: Call<E>) => Promise<Answer>): Served {
  return { endpoint, handle: handle as unknown as Served['handle'] };
}

/** A reply of this status, unless there is a refusal instead. */
export function reply(status: number, body: unknown, headers: Record<string, string> = {}): Reply | Refusal {
  return isRefusal(body) ? body : { status, body, headers };
}

type Event = APIGatewayProxyEventV2 & { requestContext: { authorizer?: { jwt?: { claims?: Claims } } } };

/** The claims of a bearer token; undefined where none came. */
export type TokenVerifier = (authorization: string | undefined) => Promise<Claims | undefined | 'invalid'>;

/** A function that serves these endpoints behind the HTTP API, whose authorizer has verified the tokens. */
export function serve(...served: readonly Served[]) {
  return serveVerifying(async () => 'invalid', ...served);
}

/** The same for endpoints that may be called without a token, and verify one that comes by themselves. */
export function serveVerifying(verify: TokenVerifier, ...served: readonly Served[]) {
  const byRoute = new Map(served.map(one => [one.endpoint.route as string, one]));
  return middy<Event, APIGatewayProxyStructuredResultV2>()
    .use(observed())
    .handler(async event => {
      const { requestId } = event.requestContext;
      const answer = await answerOf(byRoute.get(event.routeKey), event, verify).catch(error =>
        outage(error, event.routeKey),
      );
      return rendered(answer, requestId);
    });
}

async function answerOf(served: Served | undefined, event: Event, verify: TokenVerifier): Promise<Answer> {
  if (!served) return new Rejection('not-found');
  const { endpoint } = served;
  const caller = await callerFrom(endpoint, event, verify);
  if (caller instanceof Rejection) return caller;
  const parsed = parsedRequest(endpoint, event);
  if (parsed instanceof Rejection) return parsed;
  return served.handle({
    ...parsed,
    caller: caller as Caller,
    headers: event.headers,
    now: now(),
    requestId: event.requestContext.requestId,
  });
}

/** The gateway has verified the token, except on public routes, where one that comes is verified here. */
async function callerFrom(
  endpoint: Endpoint,
  event: Event,
  verify: TokenVerifier,
): Promise<Caller | undefined | Rejection> {
  const claims = endpoint.public
    ? await verify(event.headers.authorization)
    : event.requestContext.authorizer?.jwt?.claims;
  if (claims === 'invalid') return new Rejection('unauthenticated');
  if (!claims) return endpoint.public ? undefined : new Rejection('unauthenticated');
  return callerOf(claims, endpoint.roles) ?? new Rejection('forbidden');
}

function parsedRequest(endpoint: Endpoint, event: Event) {
  const params = endpoint.params.safeParse(event.pathParameters ?? {});
  if (!params.success) return new Rejection('invalid', { errors: fieldErrors(params.error, '#path') });
  const query = endpoint.query.safeParse(event.queryStringParameters ?? {});
  if (!query.success) return new Rejection('invalid', { errors: fieldErrors(query.error, '#query') });
  for (const [name, schema] of Object.entries(endpoint.headers ?? {})) {
    const header = schema.safeParse(event.headers[name]);
    if (!header.success)
      return new Rejection('invalid', { errors: fieldErrors(header.error, `#header/${name}`) });
  }
  const body = parsedBody(endpoint, event, params.data as Record<string, unknown>);
  if (body instanceof Rejection) return body;
  return { params: params.data, query: query.data, body };
}

function parsedBody(endpoint: Endpoint, event: Event, params: Record<string, unknown>): unknown {
  if (endpoint.body instanceof z.ZodUndefined) return undefined;
  if (!event.body && endpoint.body.safeParse(undefined).success) return undefined;
  const json = parseJsonBody(event.body, event.isBase64Encoded);
  if ('problem' in json) return new Rejection(json.problem, { detail: json.detail });
  const own = withoutPathRepeats(json.value, params);
  if (own instanceof Rejection) return own;
  const body = endpoint.body.safeParse(own);
  return body.success ? body.data : new Rejection('invalid', { errors: fieldErrors(body.error) });
}

/** A field that repeats the path may stand in a body where it is equal. */
function withoutPathRepeats(value: unknown, params: Record<string, unknown>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const rest: Record<string, unknown> = { ...value };
  for (const [name, expected] of Object.entries(params)) {
    if (!Object.hasOwn(value, name)) continue;
    if (rest[name] !== expected) {
      return new Rejection('invalid', { errors: [{ pointer: `/${name}`, detail: 'differs from the path' }] });
    }
    delete rest[name];
  }
  return rest;
}

/** Nothing that a caller sends is answered with 500; what lies with us may be tried again. */
function outage(error: unknown, route: string): Rejection {
  log.error('request failed', { route, error: error instanceof Error ? error : new Error(String(error)) });
  count('RequestsFailed');
  return new Rejection('try-again');
}

const retryAfterSecondsDefault = 2;
/** An answer is data: nobody is to keep it, guess another type for it, frame it, or run anything from it. */
export const commonHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
};

function rendered(answer: Answer, requestId: string): APIGatewayProxyStructuredResultV2 {
  if (answer instanceof Rejection) return renderedProblem(answer.code, answer.facts, requestId);
  if (isRefusal(answer)) {
    const { refusal, ...facts } = answer;
    return renderedProblem(refusal, facts, requestId);
  }
  const headers = {
    ...commonHeaders,
    'content-type': 'application/json; charset=utf-8',
    'x-request-id': requestId,
  };
  return {
    statusCode: answer.status,
    headers: { ...headers, ...answer.headers },
    body: typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body),
  };
}

function renderedProblem(
  code: ProblemCode,
  facts: ProblemFacts,
  requestId: string,
): APIGatewayProxyStructuredResultV2 {
  const body = problem(code, requestId, facts);
  const waits = body.status === 429 || body.status === 503;
  return {
    statusCode: body.status,
    headers: {
      ...commonHeaders,
      'content-type': 'application/problem+json; charset=utf-8',
      'x-request-id': requestId,
      ...(waits ? { 'retry-after': String(facts.retryAfterSeconds ?? retryAfterSecondsDefault) } : {}),
    },
    body: JSON.stringify(body),
  };
}
