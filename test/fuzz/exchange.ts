import { Agent, request } from 'node:http';
import type { Endpoint } from '../../shared/kernel/endpoint.ts';
import { Problem, type ProblemCode, problems } from '../../shared/kernel/problems.ts';
import type { FuzzRequest } from './requests.ts';

export interface FuzzAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const timeoutMs = 40_000;

/** Sends a request unchanged. `fetch` would normalize the path. */
export function exchange(url: string, { method, target, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = body ? { 'content-length': String(body.length) } : {};
    const options = { hostname, port, method, path: target, agent, timeout: timeoutMs };
    const sent = request({ ...options, headers: { ...headers, ...length } }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error(`No answer within ${timeoutMs} ms.`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Problem codes that any request may get: a broken path may be unknown, and any route may be throttled. */
const general: readonly string[] = [
  'malformed',
  'unauthenticated',
  'forbidden',
  'not-found',
  'too-large',
  'invalid',
  'slow-down',
];

/** Internals that no answer may reveal: names of tables, files and engine errors. */
const internals = /Nuanxin(State|Service)|node_modules|\.[jt]s:\d|Exception|dynamo|sqlite|\bat async\b/i;

/** @returns what is wrong with an answer, or undefined */
export function faultOf(answer: FuzzAnswer, endpoint: Endpoint): string | undefined {
  const { status, text } = answer;
  if (status >= 500) return `is ${status}`;
  if (status >= 400) return faultOfRefusal(answer, endpoint);
  const schema = endpoint.answers[status];
  const media = endpoint.media ?? ['application/json'];
  const type = media.find(one => answer.type.startsWith(one));
  if (!schema || !(type || text === '')) return `${status} of ${answer.type} is not described`;
  if (type === 'text/csv' || type === 'text/html') return undefined;
  const outcome = schema.safeParse(text === '' ? undefined : parsed(text));
  return outcome.success ? undefined : `the body does not match its schema: ${outcome.error.message}`;
}

function faultOfRefusal({ status, type, text }: FuzzAnswer, endpoint: Endpoint): string | undefined {
  if (!type.startsWith('application/problem+json')) return `an error of type ${type}`;
  const outcome = Problem.safeParse(parsed(text));
  if (!outcome.success) return `the body is not a problem: ${outcome.error.message}`;
  const { code, status: statusInBody, requestId } = outcome.data;
  const allowed: readonly string[] = [...general, ...endpoint.refusals];
  if (!allowed.includes(code)) return `the code ${code} is not described for this route`;
  if (statusInBody !== status || problems[code as ProblemCode].status !== status)
    return `${code} with ${status}`;
  if (requestId === '') return 'lacks a requestId';
  return internals.test(text) ? 'reveals internals' : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
