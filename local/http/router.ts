import type { RouteModel } from '../template/model.ts';

export interface Match {
  route: RouteModel;
  pathParameters: Record<string, string>;
}

interface Entry {
  route: RouteModel;
  method: string;
  segments: string[];
  greedy: string | undefined;
}

/**
 * Finds a route with API Gateway's precedence: fixed segments, then variables, then a greedy variable, then
 * `$default`.
 */
export class Router {
  readonly #entries: Entry[];
  readonly #byDefault: RouteModel | undefined;

  constructor(routes: RouteModel[]) {
    this.#byDefault = routes.find(({ routeKey }) => routeKey === '$default');
    this.#entries = routes
      .filter(({ routeKey }) => routeKey !== '$default')
      .map(entryOf)
      .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }

  /** Finds the route for a method and the decoded segments of a path. */
  find(method: string, segments: string[]): Match | undefined {
    for (const entry of this.#entries) {
      if (entry.method !== method && entry.method !== 'ANY') continue;
      const pathParameters = parametersOf(entry, segments);
      if (pathParameters !== undefined) return { route: entry.route, pathParameters };
    }
    return this.#byDefault && { route: this.#byDefault, pathParameters: {} };
  }
}

function entryOf(route: RouteModel): Entry {
  const [method = '', path = ''] = route.routeKey.split(' ');
  const segments = path.split('/').slice(1);
  const greedy = /^\{(\w+)\+\}$/.exec(segments.at(-1) ?? '')?.[1];
  return { route, method, segments: greedy === undefined ? segments : segments.slice(0, -1), greedy };
}

/** A text that sorts routes by precedence: routes with more and earlier fixed segments come first. */
function rank({ segments, greedy, method }: Entry): string {
  const parts = segments.map(segment => (segment.startsWith('{') ? '1' : '0'));
  return `${parts.join('')}${greedy === undefined ? '' : '2'}${method === 'ANY' ? '2' : '1'}`;
}

function parametersOf({ segments, greedy }: Entry, given: string[]): Record<string, string> | undefined {
  if (greedy === undefined ? given.length !== segments.length : given.length <= segments.length)
    return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index] ?? '';
    if (!segment.startsWith('{')) {
      if (segment !== value) return undefined;
    } else {
      if (value === '') return undefined;
      parameters[segment.slice(1, -1)] = value;
    }
  }
  if (greedy !== undefined) parameters[greedy] = given.slice(segments.length).join('/');
  return parameters;
}
