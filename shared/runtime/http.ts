import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Endpoint } from '../kernel/endpoint.ts';
import { type ProblemCode, type ProblemFacts, problem } from '../kernel/problems.ts';
import { isRefusal, type Refusal } from '../kernel/refusal.ts';
import { now } from './clock.ts';
import { count, log, observed } from './observe.ts';
import { type Caller, type Claims, callerOf } from './principal.ts';
import { type AnswerOf, Rendered, type Reply } from './reply.ts';
import { type Call, type CallerOf, type GatewayEvent, parseRequest } from './request.ts';

export { Rendered, type Reply, renderedJson, reply } from './reply.ts';

/** An endpoint with its handler. */
export interface Served {
  readonly route: string;
  readonly answer: (event: GatewayEvent, verify: TokenVerifier) => Promise<Reply | Refusal>;
}

/**
 * Joins an endpoint with its handler. The endpoint types both sides: the call, and the answers that are declared.
 */
export function on<E extends Endpoint>(endpoint: E, handle: (call: Call<E>) => Promise<AnswerOf<E>>): Served {
  const answer = async (event: GatewayEvent, verify: TokenVerifier) => {
    const identified = await identify(endpoint, event, verify);
    if (isRefusal(identified)) return identified;
    const parsed = parseRequest(endpoint, event);
    if (isRefusal(parsed)) return parsed;
    const { requestId } = event.requestContext;
    return handle({ ...parsed, caller: identified.caller as CallerOf<E>, now: now(), requestId });
  };
  return { route: endpoint.route, answer };
}

/** The claims of a bearer token; `undefined` when none was sent. */
export type TokenVerifier = (authorization: string | undefined) => Promise<Claims | undefined | 'invalid'>;

/** A function that serves these endpoints behind the HTTP API, whose authorizer has verified the tokens. */
export function serve(...served: readonly Served[]) {
  return serveVerifying(async () => 'invalid', ...served);
}

/** A function that serves public endpoints: it verifies the tokens itself, because the gateway does not. */
export function serveVerifying(verify: TokenVerifier, ...served: readonly Served[]) {
  const byRoute = new Map(served.map(one => [one.route, one]));
  return middy<GatewayEvent, APIGatewayProxyStructuredResultV2>()
    .use(observed())
    .handler(async event => {
      const answer = await answerTo(event, verify, byRoute.get(event.routeKey)).catch(error =>
        outage(error, event.routeKey),
      );
      return rendered(answer, event.requestContext.requestId);
    });
}

async function answerTo(
  event: GatewayEvent,
  verify: TokenVerifier,
  served: Served | undefined,
): Promise<Reply | Refusal> {
  return served ? served.answer(event, verify) : { refusal: 'not-found' };
}

/** The gateway has verified the token, except on public routes, where one that is sent is verified here. */
async function identify(
  endpoint: Endpoint,
  event: GatewayEvent,
  verify: TokenVerifier,
): Promise<{ readonly caller: Caller | undefined } | Refusal<'unauthenticated' | 'forbidden'>> {
  const claims = endpoint.public
    ? await verify(event.headers.authorization)
    : event.requestContext.authorizer?.jwt?.claims;
  if (claims === 'invalid') return { refusal: 'unauthenticated' };
  if (!claims) return endpoint.public ? { caller: undefined } : { refusal: 'unauthenticated' };
  const caller = callerOf(claims, endpoint.roles);
  return caller ? { caller } : { refusal: 'forbidden' };
}

/** No request causes a 500: an error of ours is logged, and the caller may retry. */
function outage(error: unknown, route: string): Refusal<'try-again'> {
  log.error('request failed', { route, error: error instanceof Error ? error : new Error(String(error)) });
  count('RequestsFailed');
  return { refusal: 'try-again' };
}

const retryAfterSecondsDefault = 2;
/** Answers are data: never cached, sniffed for another type, framed, or run as a script. */
export const commonHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
};

function rendered(answer: Reply | Refusal, requestId: string): APIGatewayProxyStructuredResultV2 {
  if (isRefusal(answer)) {
    const { refusal, ...facts } = answer;
    return renderedProblem(refusal, facts, requestId);
  }
  const { media, text } = renderedBody(answer.body);
  return {
    statusCode: answer.status,
    headers: {
      ...commonHeaders,
      'content-type': `${media}; charset=utf-8`,
      'x-request-id': requestId,
      ...answer.headers,
    },
    body: text,
  };
}

function renderedBody(body: unknown): { readonly media: string; readonly text: string } {
  if (body instanceof Rendered) return body;
  return { media: 'application/json', text: body === undefined ? '' : JSON.stringify(body) };
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
