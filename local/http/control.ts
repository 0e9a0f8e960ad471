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

export interface ControlParts {
  clock: Clock;
  drain: Drain;
  issuer: Issuer;
  metrics: Metrics;
  queues: Queues;
  scheduler: Scheduler;
  deadLetterQueues: Set<string>;
}

interface Call {
  parts: ControlParts;
  /** What the path's `{…}` holds. */
  name: string;
  body: unknown;
  requestId: string;
}

const tokenRequest = z.strictObject({
  role: z.enum(Object.keys(roles) as Role[]),
  id: Id,
});
/** As far as months go; beyond them no event could be awarded, and no work would ever be done. */
const inThisCentury = (now: string) =>
  Date.parse(now) >= Date.parse('2000-01-01T00:00:00+08:00') &&
  Date.parse(now) < Date.parse('2100-01-01T00:00:00+08:00');
const clockRequest = z.strictObject({
  now: z.iso.datetime({ offset: true }).refine(inThisCentury, 'must be in the years 2000 to 2099').nullable(),
});

const calls: Record<string, (call: Call) => HttpAnswer | Promise<HttpAnswer>> = {
  'GET /_local/health': () => json(200, { status: 'up' }),
  'GET /_local/metrics': ({ parts }) => json(200, parts.metrics.snapshot()),
  'GET /_local/clock': ({ parts }) => json(200, clockState(parts.clock)),
  'PUT /_local/clock': setClock,
  'POST /_local/tokens': giveToken,
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

/** The calls of `/_local/`, which nothing deployed has. */
export async function answerControl(
  parts: ControlParts,
  request: IncomingMessage,
  requestId: string,
): Promise<HttpAnswer | undefined> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const name = /^\/_local\/schedules\/([^/]+)$/.exec(path)?.[1];
  const call = calls[`${request.method} ${name === undefined ? path : '/_local/schedules/*'}`];
  if (call === undefined) return problem('not-found', 'No such local call.', requestId);
  const bytes = await readBody(request, bodyBytesMax);
  if (bytes === 'aborted') return undefined;
  if (bytes === 'too-large') return problem('too-large', 'A local call has at most 64 kB.', requestId);
  try {
    const body: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString());
    return await call({ parts, name: decodeURIComponent(name ?? ''), body, requestId });
  } catch (error) {
    if (error instanceof z.ZodError)
      return problem('invalid', 'The body is not valid.', requestId, fieldErrors(error));
    if (error instanceof SyntaxError) return problem('malformed', 'The body is not JSON.', requestId);
    if (error instanceof URIError) return problem('malformed', 'The path cannot be decoded.', requestId);
    throw error;
  }
}

function clockState(clock: Clock): object {
  return { now: toLocalIso(clock.now()) };
}

function setClock({ parts, body }: Call): HttpAnswer {
  const { now } = clockRequest.parse(body);
  parts.clock.set(now === null ? null : Date.parse(now));
  return json(200, clockState(parts.clock));
}

async function giveToken({ parts, body }: Call): Promise<HttpAnswer> {
  const { role, id } = tokenRequest.parse(body);
  return json(200, { token: await parts.issuer.sign(role, id) });
}

async function drain({ parts, requestId }: Call): Promise<HttpAnswer> {
  const drained = await parts.drain.wait(drainTimeoutMs);
  if (!drained) return problem('try-again', 'There is still work after 60 s.', requestId);
  return json(200, { drained, deadLetters: parts.queues.deadLetterCount(parts.deadLetterQueues) });
}

async function runSchedule({ parts, name, requestId }: Call): Promise<HttpAnswer> {
  const outcome = await parts.scheduler.run(name);
  if (outcome === undefined) {
    return problem(
      'not-found',
      `The schedules are ${parts.scheduler.names.join(', ') || 'none'}.`,
      requestId,
    );
  }
  if (!outcome.ok) {
    const { errorType, errorMessage } = outcome.error;
    return problem('try-again', `${errorType}: ${errorMessage}`, requestId);
  }
  const result: unknown = JSON.parse(outcome.payload);
  return json(200, { schedule: name, ...(result !== null && { result }) });
}
