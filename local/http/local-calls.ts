import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { type Role, roles } from '../../shared/kernel/endpoint.ts';
import { Id } from '../../shared/kernel/primitives.ts';
import { toLocalIso } from '../../shared/kernel/time.ts';
import { fieldErrors } from '../../shared/kernel/validation.ts';
import type { Drain } from '../events/drain.ts';
import type { Queues } from '../events/queues.ts';
import type { Scheduler } from '../schedules/scheduler.ts';
import type { Clock } from '../state/clock.ts';
import type { Metrics } from '../workers/metrics.ts';
import type { Issuer } from './issuer.ts';
import { type HttpAnswer, json, problem } from './problem.ts';
import { readBody } from './read-body.ts';

const bodyBytesMax = 64 * 1024;
const drainTimeoutMs = 60_000;

export interface LocalCallParts {
  clock: Clock;
  drain: Drain;
  issuer: Issuer;
  metrics: Metrics;
  queues: Queues;
  scheduler: Scheduler;
  deadLetterQueues: Set<string>;
}

interface LocalCall {
  parts: LocalCallParts;
  /** The schedule's name, from the path. */
  scheduleName: string;
  body: unknown;
  requestId: string;
}

const tokenRequest = z.strictObject({
  role: z.enum(Object.keys(roles) as Role[]),
  id: Id,
});
/** The range of months that the app supports. Outside it no event could be awarded. */
const isSupportedTime = (now: string) =>
  Date.parse(now) >= Date.parse('2000-01-01T00:00:00+08:00') &&
  Date.parse(now) < Date.parse('2100-01-01T00:00:00+08:00');
const clockRequest = z.strictObject({
  now: z.iso
    .datetime({ offset: true })
    .refine(isSupportedTime, 'must be in the years 2000 to 2099')
    .nullable(),
});

const handlers: Record<string, (call: LocalCall) => HttpAnswer | Promise<HttpAnswer>> = {
  'GET /_local/health': () => json(200, { status: 'up' }),
  'GET /_local/metrics': ({ parts }) => json(200, parts.metrics.snapshot()),
  'GET /_local/clock': ({ parts }) => json(200, clockState(parts.clock)),
  'PUT /_local/clock': setClock,
  'POST /_local/tokens': issueToken,
  'POST /_local/drain': drain,
  'POST /_local/redrive': ({ parts }) => json(200, parts.queues.redrive(parts.deadLetterQueues)),
  'POST /_local/schedules/*': runSchedule,
  'GET /_local/issuer/.well-known/openid-configuration': ({ parts: { issuer } }) =>
    json(200, {
      issuer: issuer.url,
      jwks_uri: `${issuer.url}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['token'],
      subject_types_supported: ['public'],
    }),
  'GET /_local/issuer/.well-known/jwks.json': ({ parts }) => json(200, parts.issuer.jwks),
};

/** Method and path of every local call. docs/local.md lists them. */
export const localCalls = Object.keys(handlers);

/**
 * Answers the calls under `/_local/`, which exist only in the local runtime. Undefined if the caller
 * disconnected.
 */
export async function answerLocalCall(
  parts: LocalCallParts,
  request: IncomingMessage,
  requestId: string,
): Promise<HttpAnswer | undefined> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const encodedName = /^\/_local\/schedules\/([^/]+)$/.exec(path)?.[1];
  const handler = handlers[`${request.method} ${encodedName === undefined ? path : '/_local/schedules/*'}`];
  if (handler === undefined) {
    return problem('not-found', 'There is no such local call. See docs/local.md.', requestId);
  }
  const bytes = await readBody(request, bodyBytesMax);
  if (bytes === 'aborted') return undefined;
  if (bytes === 'too-large')
    return problem('too-large', 'The body of a local call may have at most 64 kB.', requestId);
  try {
    const body: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString());
    const scheduleName = decodeURIComponent(encodedName ?? '');
    return await handler({ parts, scheduleName, body, requestId });
  } catch (error) {
    if (error instanceof z.ZodError)
      return problem('invalid', 'The body is not valid.', requestId, fieldErrors(error));
    if (error instanceof SyntaxError) return problem('malformed', 'The body is not JSON.', requestId);
    if (error instanceof URIError)
      return problem('malformed', 'The path is not valid percent-encoded UTF-8.', requestId);
    throw error;
  }
}

function clockState(clock: Clock): object {
  return { now: toLocalIso(clock.now()) };
}

function setClock({ parts, body }: LocalCall): HttpAnswer {
  const { now } = clockRequest.parse(body);
  parts.clock.set(now === null ? null : Date.parse(now));
  return json(200, clockState(parts.clock));
}

async function issueToken({ parts, body }: LocalCall): Promise<HttpAnswer> {
  const { role, id } = tokenRequest.parse(body);
  return json(200, { token: await parts.issuer.sign(role, id) });
}

async function drain({ parts, requestId }: LocalCall): Promise<HttpAnswer> {
  const drained = await parts.drain.wait(drainTimeoutMs);
  if (!drained) {
    return problem(
      'try-again',
      'Work is still pending after 60 s. Call drain again to keep waiting.',
      requestId,
    );
  }
  return json(200, { drained, deadLetters: parts.queues.totalCount(parts.deadLetterQueues) });
}

async function runSchedule({ parts, scheduleName, requestId }: LocalCall): Promise<HttpAnswer> {
  const outcome = await parts.scheduler.run(scheduleName);
  if (outcome === undefined) {
    const names = parts.scheduler.names.join(', ') || 'none';
    return problem('not-found', `There is no such schedule. Known schedules: ${names}.`, requestId);
  }
  if (!outcome.ok) {
    const { errorType, errorMessage } = outcome.error;
    return problem('try-again', `${errorType}: ${errorMessage}`, requestId);
  }
  const result: unknown = JSON.parse(outcome.payload);
  return json(200, { schedule: scheduleName, ...(result !== null && { result }) });
}
