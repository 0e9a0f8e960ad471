import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { constants } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FixturePlatform, startFixture } from './fixture/platform.ts';

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixture();
});
afterAll(() => platform.close());

const get = (path: string, headers = {}) => platform.call('GET', path, undefined, headers);

it('passes a request to the function in payload format 2.0', async () => {
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

it('passes query parameters with the names of object properties', async () => {
  const response = await fetch(`${platform.url}/echo/a/b?__proto__=x&constructor=y`);
  expect(await response.text()).toContain('"queryStringParameters":{"__proto__":"x","constructor":"y"}');
});

it.each([
  ['application/json', '{"a":1}', '{"a":1}', false],
  ['application/problem+json; charset=utf-8', '"王"', '"王"', false],
  ['application/octet-stream', 'abc', 'YWJj', true],
  ['application/x-www-form-urlencoded', 'a=1', 'YT0x', true],
])('passes a body of type %s as text or in base64', async (type, sent, body, isBase64Encoded) => {
  const answer = await platform.call('POST', '/echo/body', sent, { 'content-type': type });
  expect(answer.body).toMatchObject({ body, isBase64Encoded });
});

it('passes a body that is not UTF-8 in base64, whatever its content type', async () => {
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
])('answers %s %s with %i %s', async (method, path, status, code) => {
  const answer = await platform.call(method, path);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  if (code !== undefined) {
    const problem = { type: `urn:nuanxin:problem:${code}`, status, code, requestId: expect.any(String) };
    expect(answer.body).toMatchObject({ ...problem, title: expect.any(String), detail: expect.any(String) });
  }
});

it('answers a request to upgrade the protocol in HTTP/1.1', async () => {
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
])('answers a client that sends a whole large body before it reads: %s', async (line, status) => {
  const bytes = 40_000_000;
  const socket = connect(Number(new URL(platform.url).port), '127.0.0.1').pause();
  socket.write(`${line} HTTP/1.1\r\nhost: local\r\ncontent-length: ${bytes}\r\n\r\n`);
  await new Promise<void>((resolve, reject) =>
    socket.once('error', reject).write(Buffer.alloc(bytes), error => (error ? reject(error) : resolve())),
  );
  expect(await text(socket)).toContain(`HTTP/1.1 ${status} `);
});

it('rejects a body over 10 MB, and one that exceeds Lambda’s limit for an event', async () => {
  expect(await platform.call('POST', '/echo/body', 'x'.repeat(11_000_000))).toMatchObject({ status: 413 });
  expect(await platform.call('POST', '/echo/body', 'x'.repeat(7_000_000))).toMatchObject({ status: 413 });
});

it.each([
  ['throws', '/fail'],
  ['causes an unhandled rejection', '/reject-later'],
  ['exits its process', '/exit'],
  ['never answers', '/slow/hang'],
  ['loops forever', '/slow/spin'],
  ['exhausts its memory', '/fill-memory'],
])('answers 503 when a function %s, and serves the next request', async (_what, path) => {
  const answer = await platform.call('POST', path);
  expect(answer).toMatchObject({ status: 503, body: { code: 'try-again' } });
  expect(answer.headers.get('retry-after')).toBe('1');
  const next = path.startsWith('/slow/') ? '/slow/now' : '/now';
  await expect.poll(() => platform.call('POST', next)).toMatchObject({ status: 200 });
});

it('gives functions the environment that Lambda gives them, and none of its own', async () => {
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

it('runs functions at a lower priority than itself on Linux, which has priorities per thread', async () => {
  const { own, main } = (await platform.call('POST', '/priority')).body as { own: number; main: number };
  const lower =
    process.platform === 'linux' ? Math.max(main, constants.priority.PRIORITY_BELOW_NORMAL) : main;
  expect(own).toBe(lower);
});

/** Sends bytes on a new connection and returns all output until the server closes it. */
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
  ['text that is not HTTP', 'hello there\r\n\r\n'],
  ['an unknown method', 'BREW /tea HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['headers of 100 kB', `GET /wallet HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`],
  ['binary data', Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10])],
  [
    'two Content-Length headers',
    'POST /echo/body HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
  ],
])('answers 400 to %s and stays up', async (_what, bytes) => {
  expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 400 /);
  expect((await get('/_local/health')).status).toBe(200);
});

it('stays up when callers disconnect', async () => {
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

it('applies the throttling settings if asked to', async () => {
  const throttled = await startFixture({ throttles: true });
  const answers = await Promise.all(Array.from({ length: 8 }, () => throttled.call('POST', '/now')));
  await throttled.close();
  // The stage allows a burst of three and one request per second.
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(3);
  expect(refused[0]?.body).toMatchObject({ code: 'slow-down' });
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
});
