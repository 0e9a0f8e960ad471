import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { verifyBearer as Verify } from '../../shared/runtime/bearer.ts';

/** Tokens on routes that may be called without one, against an issuer that speaks OpenID Connect. */

const keys = await generateKeyPair('RS256', { extractable: true });
const others = await generateKeyPair('RS256');
let isSilent = false;
let isDown = true;
let verifyBearer: typeof Verify;
const server = createServer(async (request, response) => {
  if (isSilent) return;
  const body = request.url?.endsWith('openid-configuration')
    ? { jwks_uri: `${issuer()}/keys` }
    : { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] };
  response.writeHead(isDown ? 503 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
});
const issuer = () => process.env.TOKEN_ISSUER ?? '';

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  process.env.TOKEN_ISSUER = `http://127.0.0.1:${address.port}`;
  process.env.TOKEN_AUDIENCE = 'app-1,app-2';
  process.env.ANSWER_WITHIN_MS = '200';
  ({ verifyBearer } = await import('../../shared/runtime/bearer.ts'));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function token(
  claims: { iss?: string; aud?: string; client_id?: string; exp?: number },
  key = keys.privateKey,
) {
  const { iss = issuer(), exp = Math.floor(Date.now() / 1000) + 60, ...rest } = claims;
  return new SignJWT({ sub: 's-1', ...rest })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .setIssuer(iss)
    .setExpirationTime(exp)
    .sign(key);
}
const verified = async (...parameters: Parameters<typeof token>) =>
  verifyBearer(`Bearer ${await token(...parameters)}`);

describe('a bearer token', () => {
  it('cannot be judged where its issuer does not answer, and nobody waits for it for long', async () => {
    isSilent = true;
    await expect(verified({ aud: 'app-1' })).rejects.toThrow('timeout');
    isSilent = false;
  });

  it('cannot be judged while its issuer is out of reach, and can afterwards', async () => {
    await expect(verified({ aud: 'app-1' })).rejects.toThrow('the issuer answers 503');
    isDown = false;
    expect(await verified({ aud: 'app-1' })).toMatchObject({ sub: 's-1' });
  });

  it('is for us by its audience or, where it says none, by its client', async () => {
    expect(await verified({ aud: 'app-2' })).toMatchObject({ aud: 'app-2' });
    expect(await verified({ client_id: 'app-2' })).toMatchObject({ client_id: 'app-2' });
    expect(await verified({ aud: 'app-3', client_id: 'app-1' })).toBe('invalid');
    expect(await verified({ client_id: 'app-3' })).toBe('invalid');
    expect(await verified({})).toBe('invalid');
  });

  it('is of our issuer, in time, and signed by its key', async () => {
    expect(await verified({ aud: 'app-1', iss: 'https://elsewhere.example' })).toBe('invalid');
    expect(await verified({ aud: 'app-1', exp: Math.floor(Date.now() / 1000) - 60 })).toBe('invalid');
    expect(await verified({ aud: 'app-1' }, others.privateKey)).toBe('invalid');
  });

  it('is none where nothing came, and a bad one where it is not written as one', async () => {
    expect(await verifyBearer(undefined)).toBeUndefined();
    for (const one of ['', 'Basic abc', 'Bearer', 'Bearer a b', 'Bearer no-token'])
      expect(await verifyBearer(one), one).toBe('invalid');
  });
});
