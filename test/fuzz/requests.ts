import fc from 'fast-check';
import type { Endpoint, Role } from '../../shared/kernel/endpoint.ts';
import { description, type JsonSchema, type Known, valuesOf } from './from-schema.ts';
import { broken, damaged, oddText, oddValue } from './odd-values.ts';

/** One HTTP request, exactly as it is sent. */
export interface FuzzRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Data for requests, in addition to the contracts. */
export interface Material {
  readonly known: Known;
  readonly tokens: Readonly<Record<Role, readonly string[]>>;
  /** Cursors of any of the lists. */
  readonly cursors: readonly string[];
}

/** Which parts of a request are invalid. A request without invalid parts may still ask for something unusual. */
const breakages = ['path', 'query', 'headers', 'body'] as const;
type Broken = ReadonlySet<(typeof breakages)[number]>;
const brokenParts = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 8, arbitrary: fc.constantFrom(...breakages).map(part => [part]) },
  { weight: 1, arbitrary: fc.constant([...breakages]) },
);

/** Requests to one endpoint: valid, with one invalid part, or invalid in every part. */
export function requestsTo(endpoint: Endpoint, material: Material): fc.Arbitrary<FuzzRequest> {
  const parts = partsOf(endpoint, knownFor(endpoint, material.known));
  return brokenParts.chain(all => requestOf(endpoint, parts, material, new Set(all)));
}

function requestOf(endpoint: Endpoint, parts: Parts, material: Material, isBroken: Broken) {
  const [method = '', path = ''] = endpoint.route.split(' ');
  return fc
    .record({
      path: isBroken.has('path') ? brokenPaths(path, parts.path) : pathsOf(path, parts.path),
      query: isBroken.has('query') ? brokenQueries(parts.query, material) : queriesOf(parts.query, material),
      headers: isBroken.has('headers')
        ? brokenHeaders(endpoint, parts.header, material)
        : headersOf(endpoint, parts.header, material),
      body: isBroken.has('body') ? brokenBodies(parts.body) : bodiesOf(parts.body),
    })
    .map(({ path: one, query, headers, body }) => ({
      method,
      target: query === '' ? one : `${one}?${query}`,
      headers,
      ...(body ? { body } : {}),
    }));
}

type Values = Readonly<Record<string, fc.Arbitrary<unknown>>>;

interface Parts {
  readonly path: Values;
  readonly query: Values;
  readonly header: Values;
  readonly body: fc.Arbitrary<unknown> | undefined;
}

interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly schema: JsonSchema;
}

function partsOf({ route }: Endpoint, known: Known): Parts {
  const [method = '', path = ''] = route.split(' ');
  const operation = description.paths?.[path]?.[method.toLowerCase() as 'get'];
  if (!operation) throw new Error(`The API description lacks ${route}.`);
  const parameters = (operation.parameters ?? []) as unknown as Parameter[];
  const parametersIn = (place: string) =>
    Object.fromEntries(
      parameters
        .filter(one => one.in === place)
        .map(({ name, schema }) => [name, valuesOf(schema, known, name)]),
    );
  const content = (operation.requestBody as { content?: Record<string, { schema: JsonSchema }> } | undefined)
    ?.content?.['application/json'];
  return {
    path: parametersIn('path'),
    query: parametersIn('query'),
    header: parametersIn('header'),
    body: content && valuesOf(content.schema, known),
  };
}

/** Erasure uses drivers of its own, so that the other requests keep theirs. */
function knownFor({ servedBy }: Endpoint, known: Known): Known {
  return servedBy === 'erase-driver' ? { ...known, driverId: known.erasableDriverId ?? [] } : known;
}

function pathsOf(template: string, values: Values): fc.Arbitrary<string> {
  return fc.tuple(...segmentsOf(template, values)).map(all => all.join('/'));
}

const oddSegment = fc.oneof(
  fc.constantFrom('%', '%zz', '%ff', '%c3%28', '%ed%a0%80', '%00', '.', '..', '', '%2F', '%2e%2e', ';a=b'),
  fc.constantFrom(
    'a%20b',
    '%E7%8E%8B',
    '%EF%BB%BFx',
    '%25',
    '%3F',
    '%23',
    '*',
    '{eventId}',
    'x'.repeat(3000),
  ),
  oddText.map(encoded),
);

function brokenPaths(template: string, values: Values): fc.Arbitrary<string> {
  const segments = segmentsOf(template, values).map((segment, index) =>
    template.split('/')[index]?.startsWith('{') ? usually(oddSegment, segment, 2) : segment,
  );
  const ending = usually(fc.constant(''), fc.constantFrom('/', '//', '/.', '/..', '%2f', '#x'), 3);
  return fc.tuple(fc.tuple(...segments), ending).map(([all, end]) => all.join('/') + end);
}

function segmentsOf(template: string, values: Values): fc.Arbitrary<string>[] {
  return template.split('/').map(segment => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined) return fc.constant(segment);
    const value = values[name];
    if (!value) throw new Error(`The API description lacks the parameter ${segment}.`);
    return value.map(encoded);
  });
}

function queriesOf(values: Values, { cursors }: Material): fc.Arbitrary<string> {
  const known = {
    ...values,
    ...('limit' in values ? { limit: fc.constantFrom('1', '2', '50', '100') } : {}),
    ...('cursor' in values ? { cursor: fc.constantFrom(...cursors) } : {}),
  };
  return fc
    .record(known, { requiredKeys: [], noNullPrototype: true })
    .map(query => Object.entries(query).map(pairOf).join('&'));
}

const oddPair = fc.constantFrom(
  ...[
    'limit=0',
    'limit=101',
    'limit=1e1',
    'limit=+1',
    'limit[]=1',
    'limit=1&limit=2',
    'cursor=',
    'cursor=%ff',
  ],
  ...['&', '=', '%', '%zz=1', 'cursor=%zz', '__proto__=1', 'a=b=c', '?', 'cursor=bnVsbA', 'cursor=e30'],
);

function brokenQueries(values: Values, material: Material): fc.Arbitrary<string> {
  const name = fc.oneof(fc.constantFrom('limit', 'cursor', ...Object.keys(values)), oddText);
  const oddCursor = oddValue.map(odd => `cursor=${Buffer.from(JSON.stringify(odd)).toString('base64url')}`);
  const odd = fc.oneof(fc.tuple(name, oddText).map(pairOf), oddPair, oddCursor);
  const all = fc.tuple(queriesOf(values, material), fc.array(odd, { minLength: 1, maxLength: 3 }));
  return all.map(([own, more]) => [own, ...more].filter(Boolean).join('&'));
}

function pairOf([name, value]: readonly [string, unknown]): string {
  return `${encoded(name)}=${encoded(value)}`;
}

type Headers = Readonly<Record<string, string>>;

function headersOf(endpoint: Endpoint, values: Values, { tokens }: Material): fc.Arbitrary<Headers> {
  const own = fc.record(values, { noNullPrototype: true });
  return fc
    .tuple(own, ownTokens(endpoint, tokens))
    .map(([given, authorization]) => headersFrom({ ...given, authorization }, 'application/json'));
}

function ownTokens({ roles, public: open }: Endpoint, tokens: Material['tokens']): fc.Arbitrary<string> {
  const all = roles.flatMap(role => tokens[role]).map(token => `Bearer ${token}`);
  return fc.constantFrom(...all, ...(open ? ['', ''] : []));
}

const contentTypes = fc.constantFrom(
  ...['', 'text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/JSON;;;', '*/*'],
);

/** Headers that proxies and caches add. They must change nothing. */
const furtherHeaders = fc.record(
  {
    'content-encoding': fc.constantFrom('gzip', 'br', 'identity', 'x'),
    'if-none-match': fc.constantFrom('*', '"x"', 'W/"x", "y"', ''),
    'x-forwarded-for': fc.constantFrom('127.0.0.1', "'; DROP TABLE"),
    'x-http-method-override': fc.constantFrom('DELETE', 'x'),
    accept: fc.constantFrom('text/html', 'image/*', ''),
    cookie: fc.constantFrom('a=b; c', ';;;', '__proto__=1'),
    origin: fc.constantFrom('null', 'https://elsewhere.example', 'x'),
  },
  { requiredKeys: [], noNullPrototype: true },
);

function brokenHeaders(endpoint: Endpoint, values: Values, { tokens }: Material): fc.Arbitrary<Headers> {
  const oddHeader = oddText.map(headerText);
  const odd = Object.entries(values).map(([name, value]) => [name, usually(oddHeader, value, 2)]);
  return fc
    .record({
      own: fc.record(Object.fromEntries(odd) as Values, { requiredKeys: [], noNullPrototype: true }),
      further: furtherHeaders,
      type: contentTypes,
      authorization: fc.oneof(
        ownTokens(endpoint, tokens),
        oddTokens(tokens),
        oddHeader,
        fc.constantFrom('', 'Bearer', 'Bearer  x', 'Basic eDp5', 'bearer a.b.c'),
      ),
    })
    .map(({ own, further, type, authorization }) => headersFrom({ ...further, ...own, authorization }, type));
}

/** Tokens of another role, or damaged ones. */
function oddTokens(tokens: Material['tokens']): fc.Arbitrary<string> {
  const anyToken = fc.constantFrom(...Object.values(tokens).flat());
  const damagedToken = fc
    .tuple(anyToken, fc.nat({ max: 400 }))
    .map(([token, at]) => token.slice(0, at) + token.slice(at + 1));
  return fc.oneof(anyToken, damagedToken).map(token => `Bearer ${token}`);
}

/** The characters of a value that HTTP allows in a header. */
function headerText(value: unknown): string {
  return String(value)
    .replace(/[^\x20-\x7e\x80-\xff]/g, '')
    .trim();
}

function headersFrom({ authorization, ...given }: Record<string, unknown>, type: string): Headers {
  const texts = Object.entries(given).map(([name, value]) => [name, headerText(value)]);
  return {
    ...Object.fromEntries(texts),
    ...(type === '' ? {} : { 'content-type': type }),
    ...(authorization ? { authorization: String(authorization) } : {}),
  };
}

function bodiesOf(valid: Parts['body']): fc.Arbitrary<Buffer | undefined> {
  return valid ? valid.map(inBytes) : fc.constant(undefined);
}

/** Bodies near the size limit; rare, because they are large. */
const tooMuch = fc
  .constantFrom(524_270, 524_289, 1_000_000)
  .map(bytes => Buffer.from(`{"events":["${'x'.repeat(bytes)}"]}`));

function brokenBodies(valid: Parts['body']): fc.Arbitrary<Buffer | undefined> {
  if (!valid) return oddValue.map(inBytes);
  return fc.oneof(
    { weight: 30, arbitrary: broken(valid).map(inBytes) },
    { weight: 5, arbitrary: oddValue.map(inBytes) },
    { weight: 10, arbitrary: damaged(valid.map(value => JSON.stringify(value))) },
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: tooMuch },
  );
}

function inBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value) ?? '');
}

function usually<A, B>(often: fc.Arbitrary<A>, rarely: fc.Arbitrary<B>, times: number): fc.Arbitrary<A | B> {
  return fc.oneof<[fc.WeightedArbitrary<A>, fc.WeightedArbitrary<B>]>(
    { weight: times, arbitrary: often },
    { weight: 1, arbitrary: rarely },
  );
}

/** Encodes a value for a path or query, as a correct client does. */
function encoded(value: unknown): string {
  return encodeURIComponent(String(value).toWellFormed());
}
