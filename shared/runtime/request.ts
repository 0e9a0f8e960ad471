import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import type { Endpoint } from '../kernel/endpoint.ts';
import { isRefusal, type Refusal } from '../kernel/refusal.ts';
import type { Instant } from '../kernel/time.ts';
import { fieldErrors } from '../kernel/validation.ts';
import { decodeCursor, encodeCursor, type PositionOf } from './cursor.ts';
import { parseJsonBody } from './json-body.ts';
import type { Caller, Claims } from './principal.ts';

export type GatewayEvent = APIGatewayProxyEventV2 & {
  requestContext: { authorizer?: { jwt?: { claims?: Claims } } };
};

/** A request that is authorized and parsed. Its types are those of its endpoint's schemas. */
export interface Call<E extends Endpoint> extends Parsed<E> {
  /** Who calls; on public routes `undefined` when no token was sent. */
  readonly caller: CallerOf<E>;
  readonly now: Instant;
  readonly requestId: string;
}

export type CallerOf<E extends Endpoint> =
  | Caller<E['roles'][number]>
  | (E extends { readonly public: true } ? undefined : never);

export interface Parsed<E extends Endpoint> {
  readonly params: z.output<E['params']>;
  /** Without the cursor, which is decoded into `cursor`. */
  readonly query: Omit<z.output<E['query']>, 'cursor'>;
  readonly body: z.output<E['body']>;
  /** The headers that the endpoint declares. */
  readonly headers: HeadersOf<E>;
  /** Where this page of a list begins; `undefined` at the start. */
  readonly cursor: PositionOf<E> | undefined;
  /** The `nextCursor` of a page: continues the list at a position, `null` at the end. */
  readonly cursorAt: {
    (position: PositionOf<E>): string;
    (position: PositionOf<E> | null): string | null;
  };
}

type HeadersOf<E extends Endpoint> = E extends {
  readonly headers: infer Schemas extends Readonly<Record<string, z.ZodType>>;
}
  ? { readonly [Name in keyof Schemas]: z.output<Schemas[Name]> }
  : Readonly<Record<never, never>>;

export type RequestRefusal = Refusal<'invalid' | 'malformed' | 'too-large'>;

/** Parses a request by its endpoint's schemas, or refuses it with the fields that are wrong. */
export function parseRequest<E extends Endpoint>(
  endpoint: E,
  event: GatewayEvent,
): Parsed<E> | RequestRefusal {
  const params = endpoint.params.safeParse(event.pathParameters ?? {});
  if (!params.success) return invalid(params.error, '#path');
  const query = endpoint.query.safeParse(event.queryStringParameters ?? {});
  if (!query.success) return invalid(query.error, '#query');
  const { cursor, ...filters } = query.data as Record<string, unknown>;
  const decoded = endpoint.cursor ? decodeCursor(endpoint.cursor, cursor, params.data) : noPosition;
  if (isRefusal(decoded)) return decoded;
  const headers = parseHeaders(endpoint, event);
  if (isRefusal(headers)) return headers;
  const body = parseBody(endpoint, event, params.data as Record<string, unknown>);
  if (isRefusal(body)) return body;
  const parsed: Parsed<Endpoint> = {
    params: params.data,
    query: filters,
    body: body.value,
    headers: headers.values,
    cursor: decoded.position as never,
    cursorAt: (position: unknown) => (position === null ? null : encodeCursor(position)) as string,
  };
  return parsed as Parsed<E>;
}

const noPosition = { position: undefined };

function parseHeaders(endpoint: Endpoint, event: GatewayEvent) {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(endpoint.headers ?? {})) {
    const header = schema.safeParse(event.headers[name]);
    if (!header.success) return invalid(header.error, `#header/${name}`);
    values[name] = header.data;
  }
  return { values };
}

/** The value is wrapped: a body may have a field `refusal` of its own. */
function parseBody(
  { body }: Endpoint,
  event: GatewayEvent,
  params: Record<string, unknown>,
): { readonly value: unknown } | RequestRefusal {
  if (body instanceof z.ZodUndefined) return { value: undefined };
  if (!event.body && body.safeParse(undefined).success) return { value: undefined };
  const json = parseJsonBody(event.body, event.isBase64Encoded);
  if (isRefusal(json)) return json;
  const own = withoutPathRepeats(json.value, params);
  if (isRefusal(own)) return own;
  const parsed = body.safeParse(own.value);
  return parsed.success ? { value: parsed.data } : invalid(parsed.error);
}

/** Lets a body repeat a path parameter when both are equal. */
function withoutPathRepeats(
  value: unknown,
  params: Record<string, unknown>,
): { readonly value: unknown } | Refusal<'invalid'> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value };
  const rest: Record<string, unknown> = { ...value };
  for (const [name, expected] of Object.entries(params)) {
    if (!Object.hasOwn(value, name)) continue;
    if (rest[name] !== expected) {
      return {
        refusal: 'invalid',
        errors: [{ pointer: `/${name}`, detail: 'must equal the value in the path' }],
      };
    }
    delete rest[name];
  }
  return { value: rest };
}

function invalid(error: z.ZodError, prefix = ''): Refusal<'invalid'> {
  return { refusal: 'invalid', errors: fieldErrors(error, prefix) };
}
