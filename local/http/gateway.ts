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
/** Lambda takes events of at most 6 MB; the gateway says so before it calls. */
const eventBytesMax = 6 * 1024 * 1024;
/**
 * Calls that are being served, or wait for it, at a time: a burst that is served within some seconds. More are refused at
 * once, for whoever waits for longer asks again meanwhile, and then all wait in vain.
 */
export const callsMax = 512;
const answerBytesMax = 6 * 1024 * 1024;

export interface GatewayParts {
  api: ApiModel;
  functions: Functions;
  issuer: Issuer;
  clock: Clock;
  /** False: the stage's throttling settings are left out, so that a laptop does not refuse its own demo. */
  throttles: boolean;
}

/** The HTTP API: finds the route, checks the token, calls the function. */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #router: Router;
  readonly #allows: (routeKey: string, now: number) => boolean;
  #calls = 0;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#router = new Router(parts.api.routes);
    this.#allows = parts.throttles ? createThrottle(parts.api.throttles) : () => true;
  }

  /** Undefined where the caller went away. */
  async answer(request: IncomingMessage, requestId: string): Promise<HttpAnswer | undefined> {
    const { cors } = this.#parts.api;
    const { origin } = request.headers;
    if (cors !== undefined && request.method === 'OPTIONS') return preflight(cors, origin);
    const answer = await this.#admitted(request, requestId);
    return answer && { ...answer, headers: { ...answer.headers, ...corsHeaders(cors, origin) } };
  }

  async #admitted(request: IncomingMessage, requestId: string): Promise<HttpAnswer | undefined> {
    if (this.#calls >= callsMax) return problem('try-again', 'Too many calls at a time.', requestId);
    this.#calls += 1;
    try {
      return await this.#answer(request, requestId);
    } finally {
      this.#calls -= 1;
    }
  }

  async #answer(request: IncomingMessage, requestId: string): Promise<HttpAnswer | undefined> {
    const refuse = (code: ProblemCode, detail: string) => problem(code, detail, requestId);
    const [encodedPath = '/', rawQuery = ''] = splitUrl(request.url ?? '/');
    const segments = decodedSegments(encodedPath);
    if (segments === undefined) return refuse('malformed', 'The path is not valid percent-encoded UTF-8.');
    const match = this.#router.find(request.method ?? 'GET', segments);
    if (match === undefined) return refuse('not-found', 'No such path and method.');
    const { route } = match;
    const principal = await this.#authorize(request, route);
    if (principal === 'unauthenticated') return refuse(principal, 'The token is missing, wrong or expired.');
    if (principal === 'forbidden')
      return refuse(principal, 'The token lacks the scope that this call needs.');
    if (!this.#allows(route.routeKey, performance.now()))
      return refuse('slow-down', 'The limit of calls is reached.');
    const body = await readBody(request, bodyBytesMax);
    if (body === 'aborted') return undefined;
    if (body === 'too-large') return refuse('too-large', 'A body has at most 10 MB.');
    const { apiId, now } = { apiId: this.#parts.api.id, now: this.#parts.clock.now() };
    const path = `/${segments.join('/')}`;
    const event = payloadOf({ request, path, rawQuery, body, match, principal, requestId, apiId, now });
    if (event.length > eventBytesMax) return refuse('too-large', 'With its headers the body is over 6 MB.');
    return this.#call(route, event, requestId);
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
   * A function that fails or takes too long is 503 try-again: for the caller it is an outage that may pass.
   * (API Gateway says 500 or 503 in a form of its own, which callers of the deployed API must expect.)
   */
  async #call(route: RouteModel, event: string, requestId: string): Promise<HttpAnswer> {
    const failed = () => problem('try-again', 'The service could not answer; try again.', requestId);
    const outcome = await withTimeout(
      this.#parts.functions.invoke(route.functionName, event),
      route.timeoutMs,
    );
    if (outcome === 'timeout') return failed();
    if (!outcome.ok) {
      const throttled = outcome.error.errorType === 'TooManyRequestsException';
      return throttled ? problem('slow-down', 'Too many calls at a time.', requestId) : failed();
    }
    if (outcome.payload.length > answerBytesMax) return failed();
    return answerOf(outcome.payload) ?? failed();
  }
}

function splitUrl(url: string): [string, string] {
  // A proxy-style request line holds a whole URL; only its path counts.
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
