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

/** Sends a request as it is: nothing in its path is tidied up, as `fetch` would. */
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
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What any request may be answered; a path may come to be none of ours, and any route may have a limit. */
const general: readonly string[] = [
  'malformed',
  'unauthenticated',
  'forbidden',
  'not-found',
  'too-large',
  'invalid',
  'slow-down',
];

/** What must never be seen outside: names of tables, of files, of the engine's errors. */
const inside = /Nuanxin(State|Service)|node_modules|\.[jt]s:\d|Exception|dynamo|sqlite|\bat async\b/i;

/**
 * What is wrong with an answer, in words; undefined where nothing is.
 */
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
  return outcome.success ? undefined : `is not as described: ${outcome.error.message}`;
}

function faultOfRefusal({ status, type, text }: FuzzAnswer, endpoint: Endpoint): string | undefined {
  if (!type.startsWith('application/problem+json')) return `a refusal of type ${type}`;
  const outcome = Problem.safeParse(parsed(text));
  if (!outcome.success) return `is no problem: ${outcome.error.message}`;
  const { code, status: told, requestId } = outcome.data;
  const mayBe: readonly string[] = [...general, ...endpoint.refusals];
  if (!mayBe.includes(code)) return `is refused with ${code}, which is not described`;
  if (told !== status || problems[code as ProblemCode].status !== status) return `${code} with ${status}`;
  if (requestId === '') return 'has no requestId';
  return inside.test(text) ? 'shows the inside' : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
