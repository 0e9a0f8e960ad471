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

it('admits a request by the role and scopes of its token', async () => {
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
  expect((await get('/any-token', bearer(merchant))).status).toBe(200);
});

it('checks the expiry of a token by the platform’s clock', async () => {
  const token = await platform.token('driver', 'd-1');
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  await platform.call('PUT', '/_local/clock', { now: inDays(1) });
  expect((await get('/wallet', bearer(token))).status).toBe(401);
  await platform.call('PUT', '/_local/clock', { now: inDays(-9) });
  expect((await get('/wallet', bearer(token))).status).toBe(200);
  await platform.call('PUT', '/_local/clock', { now: null });
});

it('rejects requests without a token and with a token that it did not sign', async () => {
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
    'not-a-token',
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

it('publishes its keys for functions that verify tokens', async () => {
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
])('rejects the token request %j', async (request, status) => {
  expect((await platform.call('POST', '/_local/tokens', request)).status).toBe(status);
});

it('names the invalid fields of a local call', async () => {
  const { body } = await platform.call('POST', '/_local/tokens', { role: 'king', id: 'a b' });
  expect(body).toMatchObject({ code: 'invalid', errors: [{ pointer: '/role' }, { pointer: '/id' }] });
});
