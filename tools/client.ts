import type { Role } from '../shared/kernel/endpoint.ts';

/** Speaks to a running platform as anybody outside does: over HTTP, with a token. */
export interface Client {
  get<T>(path: string): Promise<T>;
  send<T>(
    method: 'PUT' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<T>;
}

export class ProblemError extends Error {
  readonly status: number;
  readonly problem: { code?: string; detail?: string };
  constructor(status: number, problem: { code?: string; detail?: string }, request: string) {
    super(`${request}: ${status} ${problem.code ?? ''} ${problem.detail ?? ''}`);
    this.status = status;
    this.problem = problem;
  }
}

const attemptsMax = 6;

export function client(baseUrl: string, token?: string): Client {
  const call = async <T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: {
          ...headers,
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await response.json();
      if (response.ok) return answer as T;
      const mayTryAgain = response.status === 429 || response.status === 503;
      if (!mayTryAgain || attempt === attemptsMax) {
        throw new ProblemError(response.status, answer as ProblemError['problem'], `${method} ${path}`);
      }
      await new Promise(resolve =>
        setTimeout(resolve, 1000 * Number(response.headers.get('retry-after') ?? 1)),
      );
    }
  };
  return {
    get: path => call('GET', path),
    send: (method, path, body, headers) => call(method, path, body, headers),
  };
}

/** A token of the local runtime, which gives them out to anybody on this machine. */
export async function localToken(baseUrl: string, role: Role, id: string): Promise<string> {
  const { token } = await client(baseUrl).send<{ token: string }>('POST', '/_local/tokens', { role, id });
  return token;
}

export async function clientFor(baseUrl: string, role: Role, id: string): Promise<Client> {
  return client(baseUrl, await localToken(baseUrl, role, id));
}

/** Every item of a list, page by page to its end. */
export async function everyItem<T>(from: Client, path: string, limit = 100): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `${path.includes('?') ? '&' : '?'}limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const page: { items: T[]; nextCursor: string | null } = await from.get(path + query);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
}
