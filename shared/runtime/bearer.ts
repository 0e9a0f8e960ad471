import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import { required } from './environment.ts';
import type { TokenVerifier } from './http.ts';
import { answerWithinMs } from './services.ts';

/** The part of an issuer's own description (OpenID Connect Discovery 1.0) that we read. */
const Discovery = z.looseObject({ jwks_uri: z.url() });

let keys: Promise<JWTVerifyGetKey> | undefined;

/**
 * Verifies the bearer token on routes that may be called without one: the gateway's authorizer cannot be optional.
 * An issuer out of reach is an outage, not a bad token.
 */
export const verifyBearer: TokenVerifier = async authorization => {
  if (authorization === undefined) return undefined;
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token === undefined) return 'invalid';
  const issuer = required('TOKEN_ISSUER');
  keys ??= keysOf(issuer);
  try {
    const { payload } = await jwtVerify(token, await keys, { issuer, algorithms: ['RS256'] });
    return isForUs(payload, required('TOKEN_AUDIENCE').split(',')) ? payload : 'invalid';
  } catch (error) {
    if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {
      keys = undefined;
      throw error;
    }
    return 'invalid';
  }
};

/** As the gateway's authorizer looks at it: access tokens of a user pool have `client_id` and no `aud`. */
export function isForUs({ aud, client_id }: JWTPayload, audiences: readonly string[]): boolean {
  return [aud ?? client_id ?? []].flat().some(audience => audiences.includes(String(audience)));
}

async function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(answerWithinMs) });
  if (!answer.ok) throw new Error(`the issuer answers ${answer.status}`);
  return createRemoteJWKSet(new URL(Discovery.parse(await answer.json()).jwks_uri));
}
