import type { Endpoint } from '../shared/kernel/endpoint.ts';

/** A machine that gets tokens with its own client secret. People and small merchants sign in instead. */
export interface MachineClient {
  readonly name: string;
  readonly role: 'platform' | 'merchant' | 'attestor';
}

export interface CognitoIdentity {
  readonly kind: 'cognito';
  /**
   * The domain of the sign-in pages, unique in the region:
   * https://<domainPrefix>.auth.<region>.amazoncognito.com
   */
  readonly domainPrefix: string;
  /** Where the sign-in pages redirect to. */
  readonly callbackUrls: readonly string[];
  /** At most 49: the API's authorizer lists every client, takes 50 at most, and one is for people. */
  readonly machineClients: readonly MachineClient[];
}

/** Our own user pool, or any OpenID Connect issuer, which the deployment names by parameters. */
export type Identity = CognitoIdentity | { readonly kind: 'oidc' };

/** Everything that differs between stages. Synthesis reads nothing from an AWS account and needs none. */
export interface Config {
  readonly stage: 'dev' | 'prod';
  readonly identity: Identity;
  /** How long logs are kept. */
  readonly logDays: number;
  /** How long the bus archive keeps events, for a replay. */
  readonly busArchiveDays: number;
  /** How long an archived entry is locked: even the owner of the account cannot delete it. */
  readonly entryArchiveLockDays: number;
  /** The most points that one adjustment may add or remove. */
  readonly adjustmentPointsMax: number;
  /**
   * How often the rankings of open months are updated. Use a longer interval for a million drivers:
   * docs/rankings.md.
   */
  readonly rankingRefreshMinutes: number;
  /** The throttle of every route. `routes` has the lower throttles of single routes. */
  readonly throttle: Throttle & { readonly routes: Readonly<Record<Endpoint['route'], Throttle>> };
  /** Origins whose pages may call the API from a browser. Without any, the API has no CORS. */
  readonly browserOrigins: readonly string[];
}

export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/**
 * Routes that cost much, and the route at which a caller could guess codes. That route also counts each
 * merchant's unknown codes, and answers 429 after ten.
 */
const slowRoutes = {
  'POST /v1/redemptions/confirmations': { ratePerSecond: 50, burst: 100 },
  'GET /v1/drivers/{driverId}/export': { ratePerSecond: 5, burst: 10 },
  'DELETE /v1/drivers/{driverId}': { ratePerSecond: 5, burst: 10 },
  'GET /v1/rankings/{month}/export': { ratePerSecond: 2, burst: 5 },
  'GET /v1/merchants/{merchantId}/statements/{month}': { ratePerSecond: 10, burst: 20 },
  'POST /v1/rankings/{month}/close': { ratePerSecond: 1, burst: 2 },
  'POST /v1/rankings/{month}/corrections': { ratePerSecond: 1, burst: 2 },
} as const;

export const configs: Readonly<Record<Config['stage'], Config>> = {
  dev: {
    stage: 'dev',
    identity: { kind: 'oidc' },
    logDays: 7,
    busArchiveDays: 30,
    entryArchiveLockDays: 1,
    adjustmentPointsMax: 1000,
    rankingRefreshMinutes: 1,
    throttle: { ratePerSecond: 100, burst: 200, routes: slowRoutes },
    browserOrigins: ['http://localhost:5173', 'http://127.0.0.1:5173'],
  },
  prod: {
    stage: 'prod',
    identity: {
      kind: 'cognito',
      domainPrefix: 'nuanxin',
      callbackUrls: ['https://nuanxin.example/signed-in'],
      machineClients: [
        { name: 'hongcheng-rides', role: 'platform' },
        { name: 'ganjiang-delivery', role: 'platform' },
        { name: 'east-station', role: 'attestor' },
      ],
    },
    logDays: 180,
    busArchiveDays: 400,
    entryArchiveLockDays: 3650,
    adjustmentPointsMax: 1000,
    rankingRefreshMinutes: 1,
    throttle: { ratePerSecond: 1000, burst: 2000, routes: slowRoutes },
    browserOrigins: ['https://nuanxin.example'],
  },
};
