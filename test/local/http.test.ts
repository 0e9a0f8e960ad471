import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { constants } from 'node:os';
import { text } from 'node:stream/consumers';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FixturePlatform, startFixture } from './fixture/platform.ts';

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixture();
});
afterAll(() => platform.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const get = (path: string, headers = {}) => platform.call('GET', path, undefined, headers);

it('hands a request on in payload format 2.0', async () => {
  const { body } = await get('/echo/a%20b/%E7%8E%8B?x=1&y=%26&x=2&flag', {
    'X-Twice': 'one',
    cookie: 'a=1; b=2',
    'user-agent': 'tester',
  });
  expect(body).toMatchObject({
    version: '2.0',
    routeKey: 'GET /echo/{first}/{second}',
    rawPath: '/echo/a b/王',
    rawQueryString: 'x=1&y=%26&x=2&flag',
    queryStringParameters: { x: '1,2', y: '&', flag: '' },
    pathParameters: { first: 'a b', second: '王' },
    cookies: ['a=1', 'b=2'],
    headers: { 'x-twice': 'one', 'user-agent': 'tester' },
    isBase64Encoded: false,
    requestContext: {
      http: { method: 'GET', path: '/echo/a b/王', protocol: 'HTTP/1.1', userAgent: 'tester' },
      stage: '$default',
      requestId: expect.any(String),
      timeEpoch: expect.any(Number),
      time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    },
  });
  expect(body).not.toHaveProperty('body');
  expect(body).not.toHaveProperty('headers.cookie');
  expect(body).not.toHaveProperty('requestContext.authorizer');
});

it('hands a parameter on whatever it is called', async () => {
  const response = await fetch(`${platform.url}/echo/a/b?__proto__=x&constructor=y`);
  expect(await response.text()).toContain('"queryStringParameters":{"__proto__":"x","constructor":"y"}');
});

it.each([
  ['application/json', '{"a":1}', '{"a":1}', false],
  ['application/problem+json; charset=utf-8', '"王"', '"王"', false],
  ['application/octet-stream', 'abc', 'YWJj', true],
  ['application/x-www-form-urlencoded', 'a=1', 'YT0x', true],
])('hands a body of %s on as text or base64', async (type, sent, body, isBase64Encoded) => {
  const answer = await platform.call('POST', '/echo/body', sent, { 'content-type': type });
  expect(answer.body).toMatchObject({ body, isBase64Encoded });
});

it('hands a body that is not UTF-8 on in base64, whatever it says it is', async () => {
  const response = await fetch(`${platform.url}/echo/body`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: new Uint8Array([0xff, 0xfe, 0x00]),
  });
  expect(await response.json()).toMatchObject({ body: '//4A', isBase64Encoded: true });
});

it.each([
  ['GET', '/no/such/path', 404, 'not-found'],
  ['DELETE', '/wallet', 404, 'not-found'],
  ['HEAD', '/wallet', 404, undefined],
  ['OPTIONS', '/wallet', 404, 'not-found'],
  ['GET', '/wallet/', 404, 'not-found'],
  ['GET', '/echo/%ff/x', 400, 'malformed'],
  ['GET', '/echo/%/x', 400, 'malformed'],
  ['GET', '/_local/nothing', 404, 'not-found'],
  ['GET', '/_local/schedules/monthly', 404, 'not-found'],
  ['POST', '/_local/schedules/%zz', 400, 'malformed'],
])('%s %s is %i %s', async (method, path, status, code) => {
  const answer = await platform.call(method, path);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  if (code !== undefined) {
    const problem = { type: `urn:nuanxin:problem:${code}`, status, code, requestId: expect.any(String) };
    expect(answer.body).toMatchObject({ ...problem, title: expect.any(String), detail: expect.any(String) });
  }
});

it('answers who offers another protocol in the one that is spoken', async () => {
  const headers = { connection: 'Upgrade', upgrade: 'h2c' };
  const [response] = await once(
    request(`${platform.url}/now`, { method: 'POST', headers }).end(),
    'response',
  );
  response.resume();
  expect(response.statusCode).toBe(200);
});

it.each([
  ['POST /no/such/path', 404],
  ['POST /_local/tokens', 413],
  ['POST /echo/body', 413],
])('answers who first sends the whole of a large body and only then reads: %s', async (line, status) => {
  const bytes = 40_000_000;
  const socket = connect(Number(new URL(platform.url).port), '127.0.0.1').pause();
  socket.write(`${line} HTTP/1.1\r\nhost: local\r\ncontent-length: ${bytes}\r\n\r\n`);
  await new Promise<void>((resolve, reject) =>
    socket.once('error', reject).write(Buffer.alloc(bytes), error => (error ? reject(error) : resolve())),
  );
  expect(await text(socket)).toContain(`HTTP/1.1 ${status} `);
});

it('refuses a body over 10 MB, and one that a function cannot be given', async () => {
  expect(await platform.call('POST', '/echo/body', 'x'.repeat(11_000_000))).toMatchObject({ status: 413 });
  expect(await platform.call('POST', '/echo/body', 'x'.repeat(7_000_000))).toMatchObject({ status: 413 });
});

it.each([
  ['a throwing function', '/fail'],
  ['a rejection that nobody handles', '/reject-later'],
  ['a function that ends its process', '/exit'],
  ['a function that never answers', '/slow/hang'],
  ['a function that never yields', '/slow/spin'],
  ['a function that fills its memory', '/fill-memory'],
])('answers 503 for %s, and serves the next call', async (_what, path) => {
  const answer = await platform.call('POST', path);
  expect(answer).toMatchObject({ status: 503, body: { code: 'try-again' } });
  expect(answer.headers.get('retry-after')).toBe('1');
  const next = path.startsWith('/slow/') ? '/slow/now' : '/now';
  await expect.poll(() => platform.call('POST', next)).toMatchObject({ status: 200 });
});

it('gives functions what Lambda gives them, and nothing of its own environment', async () => {
  process.env.PRIVATE_TO_THE_PLATFORM = 'yes';
  const { body } = await platform.call('POST', '/environment');
  expect(body).toMatchObject({
    AWS_LAMBDA_FUNCTION_NAME: 'Fixture-Api',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    _HANDLER: 'index.api',
    BUS: 'fixture-bus',
  });
  expect(body).not.toHaveProperty('PRIVATE_TO_THE_PLATFORM');
  expect(body).not.toHaveProperty('HOME');
});

it('goes before its functions where cores are short, on Linux, which can tell threads apart', async () => {
  const { own, main } = (await platform.call('POST', '/priority')).body as { own: number; main: number };
  const lower =
    process.platform === 'linux' ? Math.max(main, constants.priority.PRIORITY_BELOW_NORMAL) : main;
  expect(own).toBe(lower);
});

it('lets in by token, role and scope', async () => {
  const driver = await platform.token('driver', 'd-1');
  const organizer = await platform.token('organizer', 'office');
  const merchant = await platform.token('merchant', 'shop');
  const wallet = await get('/wallet', bearer(driver));
  expect(wallet).toMatchObject({
    status: 200,
    body: {
      requestContext: {
        authorizer: {
          jwt: { claims: { sub: 'd-1', driver_id: 'd-1', scope: 'wallet' }, scopes: ['wallet'] },
        },
      },
    },
  });
  expect((await get('/either', bearer(driver))).status).toBe(200);
  expect((await get('/either', bearer(organizer))).status).toBe(200);
  expect(await get('/either', bearer(merchant))).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect((await get('/anybody', bearer(merchant))).status).toBe(200);
});

it('looks at the time by the local clock, forwards and backwards', async () => {
  const token = await platform.token('driver', 'd-1');
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  await platform.call('PUT', '/_local/clock', { now: inDays(1) });
  expect((await get('/wallet', bearer(token))).status).toBe(401);
  await platform.call('PUT', '/_local/clock', { now: inDays(-9) });
  expect((await get('/wallet', bearer(token))).status).toBe(200);
  await platform.call('PUT', '/_local/clock', { now: null });
});

it('keeps out who has no token, or one of somebody else', async () => {
  const { privateKey } = await generateKeyPair('RS256');
  const sign = (issuer: string) =>
    new SignJWT({ scope: 'wallet', driver_id: 'd-1' })
      .setProtectedHeader({ alg: 'RS256', kid: 'local' })
      .setIssuer(issuer)
      .setAudience('nuanxin')
      .setExpirationTime('1h')
      .sign(privateKey);
  const good = await platform.token('driver', 'd-1');
  const [header, , signature] = good.split('.');
  const claims = Buffer.from(JSON.stringify({ scope: 'wallet', exp: 4e9 })).toString('base64url');
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  const tokens = [
    '',
    'rubbish',
    await sign(`${platform.url}/_local/issuer`),
    `${header}.${claims}.${signature}`,
    `${none}.${claims}.`,
    `${good}x`,
  ];
  for (const token of tokens) {
    expect(await get('/wallet', bearer(token)), token).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  }
  expect((await get('/wallet')).status).toBe(401);
  expect((await get('/wallet', { authorization: `Basic ${good}` })).status).toBe(401);
});

it('publishes its keys for functions that verify tokens themselves', async () => {
  const { body } = await get('/_local/issuer/.well-known/openid-configuration');
  const { issuer, jwks_uri } = body as { issuer: string; jwks_uri: string };
  expect(issuer).toBe(`${platform.url}/_local/issuer`);
  const keys = (await (await fetch(jwks_uri)).json()) as { keys: object[] };
  expect(keys.keys).toEqual([
    expect.objectContaining({ kty: 'RSA', alg: 'RS256', use: 'sig', kid: 'local' }),
  ]);
  expect(keys.keys[0]).not.toHaveProperty('d');
});

it.each([
  [{ role: 'king', id: 'x' }, 422],
  [{ role: 'driver' }, 422],
  [{ role: 'driver', id: '' }, 422],
  [{ role: 'driver', id: 'a b' }, 422],
  [{ role: 'driver', id: 'x'.repeat(129) }, 422],
  [{ role: 'driver', id: 'x', more: 1 }, 422],
  ['{', 400],
  ['[]', 422],
  ['null', 422],
])('gives no token for %j', async (request, status) => {
  expect((await platform.call('POST', '/_local/tokens', request)).status).toBe(status);
});

it('says what is wrong with a local call as with any other', async () => {
  const { body } = await platform.call('POST', '/_local/tokens', { role: 'king', id: 'a b' });
  expect(body).toMatchObject({ code: 'invalid', errors: [{ pointer: '/role' }, { pointer: '/id' }] });
});

/** Sends bytes as they are and gives back what comes, until the other side closes. */
function raw(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(platform.url).port), '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', chunk => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

it.each([
  ['no HTTP', 'hello there\r\n\r\n'],
  ['a method that nobody knows', 'BREW /tea HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['headers of 100 kB', `GET /wallet HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`],
  ['bytes', Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10])],
  ['two lengths', 'POST /echo/body HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
])('refuses %s with 400, and lives', async (_what, bytes) => {
  expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 400 /);
  expect((await get('/_local/health')).status).toBe(200);
});

it('lives through callers that go away', async () => {
  for (let count = 0; count < 20; count += 1) {
    const socket = connect(Number(new URL(platform.url).port), '127.0.0.1', () => {
      socket.write('POST /echo/body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc');
      setTimeout(() => socket.resetAndDestroy(), count);
    });
    socket.on('error', () => {});
  }
  const aborted = AbortSignal.timeout(50);
  await expect(fetch(`${platform.url}/hang`, { method: 'POST', signal: aborted })).rejects.toThrow();
  expect((await get('/_local/health')).status).toBe(200);
});

it('throttles where it is asked to', async () => {
  const throttled = await startFixture({ throttles: true });
  const answers = await Promise.all(Array.from({ length: 8 }, () => throttled.call('POST', '/now')));
  await throttled.close();
  // The stage allows three at once and one a second.
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(3);
  expect(refused[0]?.body).toMatchObject({ code: 'slow-down' });
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
});
