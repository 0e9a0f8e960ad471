import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { VolunteerEventBody } from '../../awards/contract/events.ts';
import { type Endpoint, type Role, roles } from '../../kernel/endpoint.ts';
import { Problem, type ProblemCode, problems } from '../../kernel/problems.ts';

/** What may be answered to any request, on top of what an endpoint names. */
const always: readonly ProblemCode[] = ['invalid', 'slow-down', 'try-again'];
const withPath: readonly ProblemCode[] = ['malformed'];
const withBody: readonly ProblemCode[] = ['malformed', 'too-large'];
const withToken: readonly ProblemCode[] = ['unauthenticated', 'forbidden'];

/** By the first word of the path. */
const tagDescriptions: Readonly<Record<string, string>> = {
  'volunteer-events': '志愿服务事件 · What volunteers did, as platforms hand it in, and what it earned',
  rulebooks: '积分规则 · What which activity earns, from when on; versions that never change',
  drivers: '司机 · Who drivers are, their points, and all that is held on them',
  merchants: '商户与驿站 · Where points are redeemed, and their monthly statements',
  rewards: '兑换品 · What points buy, and the stock of it',
  redemptions: '兑换 · Reserve, confirm, cancel, return',
  reconciliations: '对账 · What the nightly checks of all books have found',
  adjustments: '人工调整 · Points by hand: proposed by one organizer, approved by another',
  audit: '操作记录 · What organizers changed',
  rankings: '月度榜单 · The best drivers of a month: live, closed, published, corrected',
  callers: '调用方 · Who may call, and for whom',
  'openapi.json': '接口说明 · This description',
};

/** The description of the whole API, made from the schemas that validate its requests. */
export function openApiDocument(endpoints: readonly Endpoint[]) {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: '暖新积分 · Nuanxin points and rewards',
      version: '1',
      description:
        '志愿服务积分：提交、查询、兑换、评选。Points for volunteer service: hand in, look up, redeem, rank. ' +
        'Errors are RFC 9457 problems; the 401, 403 and 429 that the gateway makes by itself are its plain JSON.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(endpoints.map(tagOf))].map(name => ({
      name,
      description: tagDescriptions[name] ?? '',
    })),
    paths: pathsOf(endpoints),
    components: {
      schemas: { VolunteerEvent: VolunteerEventBody },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  });
}

function pathsOf(endpoints: readonly Endpoint[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const endpoint of endpoints) {
    const [method = '', path = ''] = endpoint.route.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(endpoint) };
  }
  return paths as ZodOpenApiPathsObject;
}

function operationOf(endpoint: Endpoint): ZodOpenApiOperationObject {
  const [method = '', path = ''] = endpoint.route.split(' ');
  const headers = endpoint.headers ? { header: z.object(endpoint.headers) } : {};
  return {
    operationId: operationId(method, path),
    tags: [tagOf(endpoint)],
    summary: endpoint.summary,
    security: securityOf(endpoint),
    requestParams: {
      path: endpoint.params as z.ZodObject,
      query: endpoint.query as z.ZodObject,
      ...headers,
    },
    ...(takesBody(endpoint) ? { requestBody: requestBodyOf(endpoint) } : {}),
    responses: { ...successes(endpoint), ...refusals(endpoint) },
  };
}

/** Where it has nothing to say, it need not come. */
function requestBodyOf({ body }: Endpoint) {
  const required = !body.safeParse(undefined).success;
  return { required, content: { 'application/json': { schema: body } } };
}

/** Any one of the roles will do. */
function securityOf({ roles: allowed, public: open }: Endpoint) {
  const tokens = allowed.map((role: Role) => ({ token: [roles[role].scope] }));
  return open ? [{}, ...tokens] : tokens;
}

const successWords: Readonly<Record<string, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  304: 'Not modified',
};

function successes({ answers, media = ['application/json'] }: Endpoint) {
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => {
      const description = successWords[status] ?? 'OK';
      if (schema instanceof z.ZodUndefined) return [status, { description }];
      const content = media.map(type => [
        type,
        { schema: type === 'application/json' ? schema : z.string() },
      ]);
      return [status, { description, content: Object.fromEntries(content) }];
    }),
  );
}

function refusals(endpoint: Endpoint) {
  const codes = new Set<ProblemCode>([
    ...endpoint.refusals,
    ...always,
    ...(endpoint.route.includes('{') ? withPath : []),
    ...(takesBody(endpoint) ? withBody : []),
    ...(endpoint.roles.length > 0 ? withToken : []),
  ]);
  const byStatus = Map.groupBy(codes, code => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      status,
      {
        description: same.map(code => `\`${code}\` ${problems[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  );
}

function takesBody({ body }: Endpoint): boolean {
  return !(body instanceof z.ZodUndefined);
}

/** The first word of the path after the version. */
function tagOf({ route }: Endpoint): string {
  return route.split('/')[2] ?? 'general';
}

/** `PUT /v1/rulebooks/{version}` → `putRulebooksVersion`. */
function operationId(method: string, path: string): string {
  const words = path
    .replace('/v1', '')
    .split(/[^A-Za-z]+/)
    .filter(Boolean);
  return method.toLowerCase() + words.map(word => word[0]?.toUpperCase() + word.slice(1)).join('');
}
