import type { IncomingMessage } from 'node:http';
import type { Clock } from '../state/clock.ts';
import type { ApiModel, RouteModel } from '../template/model.ts';
import type { Outcome } from '../workers/function-pool.ts';
import type { Functions } from '../workers/functions.ts';
import { corsHeaders, preflight } from './cors.ts';
import type { Issuer } from './issuer.ts';
import { answerOf, type Principal, payloadOf } from './payload.ts';
import { type HttpAnswer, type ProblemCode, problem } from './problem.ts';
import { readBody } from './read-body.ts';
import { Router } from './router.ts';
import { createThrottle } from './throttle.ts';

const bodyBytesMax = 10 * 1024 * 1024;
/** Lambda's limit for an event. The gateway checks it before it invokes the function. */
const eventBytesMax = 6 * 1024 * 1024;
/**
 * Most requests in progress, including those that wait for a worker: a burst that is served within some
 * seconds. Further requests are refused at once, because callers that wait longer retry, and the retries
 * would only lengthen the wait.
 */
export const requestsMax = 512;
const answerBytesMax = 6 * 1024 * 1024;

export interface GatewayParts {
  api: ApiModel;
  functions: Functions;
  issuer: Issuer;
  clock: Clock;
  /** False: ignores the stage's throttling settings, which would throttle the demo on a laptop. */
  throttles: boolean;
}

/** The HTTP API: finds the route, checks the token, invokes the function. */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #router: Router;
  readonly #allows: (routeKey: string, now: number) => boolean;
  #requests = 0;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#router = new Router(parts.api.routes);
    this.#allows = parts.throttles ? createThrottle(parts.api.throttles) : () => true;
  }

  /** Undefined if the caller closed the connection. */
  async answer(request: IncomingMessage, requestId: string): Promise<HttpAnswer | undefined> {
    const { cors } = this.#parts.api;
    const { origin } = request.headers;
    if (cors !== undefined && request.method === 'OPTIONS') return preflight(cors, origin);
    const answer = await this.#answerWithinLimit(request, requestId);
    return answer && { ...answer, headers: { ...answer.headers, ...corsHeaders(cors, origin) } };
  }

  async #answerWithinLimit(request: IncomingMessage, requestId: string): Promise<HttpAnswer | undefined> {
    if (this.#requests >= requestsMax) {
      return problem('try-again', 'Too many requests are in progress. Retry shortly.', requestId);
    }
    this.#requests += 1;
    try {
      return await this.#answer(request, requestId);
    } finally {
      this.#requests -= 1;
    }
  }

  async #answer(request: IncomingMessage, requestId: string): Promise<HttpAnswer | undefined> {
    const refuse = (code: ProblemCode, detail: string) => problem(code, detail, requestId);
    const [encodedPath = '/', rawQuery = ''] = splitUrl(request.url ?? '/');
    const segments = decodedSegments(encodedPath);
    if (segments === undefined) return refuse('malformed', 'The path is not valid percent-encoded UTF-8.');
    const match = this.#router.find(request.method ?? 'GET', segments);
    if (match === undefined) return refuse('not-found', 'No route has this path and method.');
    const { route } = match;
    const principal = await this.#authorize(request, route);
    if (principal === 'unauthenticated')
      return refuse(principal, 'The token is missing, invalid or expired.');
    if (principal === 'forbidden')
      return refuse(principal, 'The token lacks the scope that this route requires.');
    if (!this.#allows(route.routeKey, performance.now()))
      return refuse('slow-down', 'The rate limit of this route is reached. Retry after one second.');
    const body = await readBody(request, bodyBytesMax);
    if (body === 'aborted') return undefined;
    if (body === 'too-large') return refuse('too-large', 'A request body may have at most 10 MB.');
    const { apiId, now } = { apiId: this.#parts.api.id, now: this.#parts.clock.now() };
    const path = `/${segments.join('/')}`;
    const event = payloadOf({ request, path, rawQuery, body, match, principal, requestId, apiId, now });
    if (event.length > eventBytesMax)
      return refuse('too-large', 'Headers and body together may have at most 6 MB.');
    return this.#invoke(route, event, requestId);
  }

  async #authorize(
    request: IncomingMessage,
    { authorizer, scopes }: RouteModel,
  ): Promise<Principal | 'unauthenticated' | 'forbidden' | undefined> {
    if (authorizer === undefined) return undefined;
    const header = request.headers[authorizer.header];
    const token = /^(?:Bearer +)?(\S+)$/i.exec(typeof header === 'string' ? header.trim() : '')?.[1];
    const principal = token && (await this.#parts.issuer.verify(token, authorizer));
    if (!principal) return 'unauthenticated';
    const allowed = scopes.length === 0 || scopes.some(scope => principal.scopes.includes(scope));
    return allowed ? principal : 'forbidden';
  }

  /**
   * Answers 503 `try-again` if the function fails or times out: for the caller that is a temporary outage.
   * (API Gateway answers 500 or 503 with its own body, which callers of the deployed API must expect.)
   */
  async #invoke(route: RouteModel, event: string, requestId: string): Promise<HttpAnswer> {
    const failed = () => problem('try-again', 'The service could not answer. Retry shortly.', requestId);
    const outcome = await withTimeout(
      this.#parts.functions.invoke(route.functionName, event),
      route.timeoutMs,
    );
    if (outcome === 'timeout') return failed();
    if (!outcome.ok) {
      const throttled = outcome.error.errorType === 'TooManyRequestsException';
      return throttled
        ? problem('slow-down', 'The function is at its limit. Retry shortly.', requestId)
        : failed();
    }
    if (outcome.payload.length > answerBytesMax) return failed();
    return answerOf(outcome.payload) ?? failed();
  }
}

function splitUrl(url: string): [string, string] {
  // The request line of a proxy request contains an absolute URL. Only its path is used.
  const path = url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?]*/i, '');
  const mark = path.indexOf('?');
  return mark < 0 ? [path, ''] : [path.slice(0, mark), path.slice(mark + 1)];
}

function decodedSegments(path: string): string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

async function withTimeout(running: Promise<Outcome>, timeoutMs: number): Promise<Outcome | 'timeout'> {
  const { promise, resolve } = Promise.withResolvers<'timeout'>();
  const timer = setTimeout(() => resolve('timeout'), timeoutMs);
  try {
    return await Promise.race([running, promise]);
  } finally {
    clearTimeout(timer);
  }
}
