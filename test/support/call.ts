import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { type Role, roles } from '../../shared/kernel/endpoint.ts';

type Handler = (event: never, context: Context) => Promise<unknown>;

export interface Request {
  /** As API Gateway names it: `GET /v1/drivers/{driverId}`. */
  readonly route: string;
  /** `platform rides`: the role, and for whom. Nobody where it is absent. */
  readonly as?: `${Role} ${string}`;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON, unless it is text already. */
  readonly body?: unknown;
  readonly isBase64?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at all kinds of bodies
  readonly body: any;
}

/** Calls a function as API Gateway does, once its authorizer has let the token in. */
export async function call(handler: Handler, request: Request): Promise<Answer> {
  const answer = (await handler(gatewayEvent(request) as never, context())) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
}

export function gatewayEvent(request: Request): Partial<APIGatewayProxyEventV2> {
  const { route, headers = {}, params, query, body, isBase64 = false } = request;
  return {
    version: '2.0',
    routeKey: route,
    headers,
    pathParameters: params,
    queryStringParameters: query,
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: isBase64,
    requestContext: {
      requestId: 'request-1',
      ...(request.as ? { authorizer: { jwt: { claims: claimsOf(request.as), scopes: [] } } } : {}),
    } as never,
  };
}

function claimsOf(who: string): Record<string, string> {
  const [role, id = ''] = who.split(' ') as [Role, string];
  return { sub: `subject-of-${id}`, scope: `openid ${roles[role].scope}`, [roles[role].claim]: id };
}

/** What Lambda tells a function of its own run. */
export function context(remainingMs = 60_000): Context {
  return {
    awsRequestId: 'invocation-1',
    functionName: 'under-test',
    getRemainingTimeInMillis: () => remainingMs,
  } as Context;
}
