import {
  type CryptoKey,
  compactVerify,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from 'jose';
import * as z from 'zod';
import { type Role, roles } from '../../shared/kernel/endpoint.ts';
import type { Clock } from '../state/clock.ts';
import type { State } from '../state/state.ts';
import type { AuthorizerModel } from '../template/model.ts';
import type { Principal } from './payload.ts';

const setting = 'token-key';
const algorithm = 'RS256';
const keyId = 'local';
const lifetimeSeconds = 12 * 3600;
const cacheMax = 10_000;

const claimsShape = z.looseObject({
  iss: z.string(),
  exp: z.number(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  client_id: z.string().optional(),
  scope: z.string().default(''),
});
type Claims = z.infer<typeof claimsShape>;

/**
 * Stand-in for the user pool: issues a token for any role and id, and verifies tokens like the JWT
 * authorizer.
 */
export class Issuer {
  readonly url: string;
  readonly audience: string;
  readonly jwks: { keys: JWK[] };
  readonly #clock: Clock;
  readonly #privateKey: CryptoKey;
  readonly #publicKey: CryptoKey;
  /** Claims by token, for tokens whose signature has been verified. Expiry is checked on each use. */
  readonly #verified = new Map<string, Claims>();

  private constructor(url: string, audience: string, clock: Clock, keys: Keys) {
    this.url = url;
    this.audience = audience;
    this.#clock = clock;
    this.#privateKey = keys.privateKey;
    this.#publicKey = keys.publicKey;
    this.jwks = { keys: [keys.publicJwk] };
  }

  /**
   * Loads the signing key from the data folder, or creates it there, so that tokens stay valid over a
   * restart.
   */
  static async open(url: string, audience: string, state: State, clock: Clock): Promise<Issuer> {
    return new Issuer(url, audience, clock, await openKeys(state));
  }

  /** A token for the role, valid for 12 hours by the platform's clock. */
  sign(role: Role, id: string): Promise<string> {
    const { scope, claim } = roles[role];
    const issuedAt = Math.floor(this.#clock.now() / 1000);
    return new SignJWT({ scope, client_id: id, [claim]: id })
      .setProtectedHeader({ alg: algorithm, kid: keyId })
      .setIssuer(this.url)
      .setAudience(this.audience)
      .setSubject(id)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .sign(this.#privateKey);
  }

  /**
   * The token's principal; undefined if the token is invalid. Ignores `iat` and `nbf`: the clock may have
   * been set back.
   */
  async verify(token: string, authorizer: AuthorizerModel): Promise<Principal | undefined> {
    const claims = await this.#signedClaims(token);
    if (claims === undefined || claims.iss !== authorizer.issuer) return undefined;
    if (claims.exp * 1000 <= this.#clock.now()) return undefined;
    const audiences = [claims.aud ?? claims.client_id ?? []].flat();
    if (!audiences.some(audience => authorizer.audiences.includes(audience))) return undefined;
    return { claims, scopes: claims.scope.split(' ').filter(scope => scope !== '') };
  }

  async #signedClaims(token: string): Promise<Claims | undefined> {
    const known = this.#verified.get(token);
    if (known !== undefined) return known;
    try {
      const { payload } = await compactVerify(token, this.#publicKey, { algorithms: [algorithm] });
      const claims = claimsShape.parse(JSON.parse(new TextDecoder().decode(payload)));
      if (this.#verified.size >= cacheMax) this.#verified.clear();
      this.#verified.set(token, claims);
      return claims;
    } catch {
      return undefined;
    }
  }
}

interface Keys {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  publicJwk: JWK;
}

async function openKeys(state: State): Promise<Keys> {
  const kept = state.setting(setting);
  const privateJwk: JWK = kept === undefined ? await newKey() : JSON.parse(kept);
  if (kept === undefined) state.setSetting(setting, JSON.stringify(privateJwk));
  const { kty, n, e } = privateJwk;
  const publicJwk = { kty, n, e, kid: keyId, alg: algorithm, use: 'sig' } as JWK;
  const privateKey = await importJWK(privateJwk, algorithm);
  const publicKey = await importJWK(publicJwk, algorithm);
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array)
    throw new Error('the signing key is not an RSA key');
  return { privateKey, publicKey, publicJwk };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return exportJWK(privateKey);
}
