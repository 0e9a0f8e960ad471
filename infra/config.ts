import type { Endpoint } from '../shared/kernel/endpoint.ts';

/** Machines that ask for tokens with a secret of their own. People and small merchants sign in instead. */
export interface MachineClient {
  readonly name: string;
  readonly role: 'platform' | 'merchant' | 'attestor';
}

export interface CognitoIdentity {
  readonly kind: 'cognito';
  /** Unique in the region: https://<domainPrefix>.auth.<region>.amazoncognito.com */
  readonly domainPrefix: string;
  /** Where people come back to after they have signed in. */
  readonly callbackUrls: readonly string[];
  /** At most 49, for the authorizer of the API must be told each of them. */
  readonly machineClients: readonly MachineClient[];
}

/** A user pool of our own, or any issuer of OpenID Connect, which the deployment names by parameters. */
export type Identity = CognitoIdentity | { readonly kind: 'oidc' };

/** What differs between deployments. Nothing is looked up in an account: synthesising needs none. */
export interface Config {
  readonly stage: 'dev' | 'prod';
  readonly identity: Identity;
  /** Days that logs are kept. */
  readonly logDays: number;
  /** Days that the bus keeps what went over it, for a replay. */
  readonly busArchiveDays: number;
  /** Days in which nobody, the account's owner included, can delete an archived entry. */
  readonly entryArchiveLockDays: number;
  /** Points that one adjustment by hand may give or take. */
  readonly adjustmentPointsMax: number;
  /** How often open rankings are brought up to date. A million drivers want a longer interval: docs/rankings.md. */
  readonly rankingRefreshMinutes: number;
  /** Requests that are let in on a route; `routes` has those that may have less than the others. */
  readonly throttle: Throttle & { readonly routes: Readonly<Record<Endpoint['route'], Throttle>> };
  /** Where pages come from that may call the API from a browser; none where there are none. */
  readonly browserOrigins: readonly string[];
}

export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** What costs much, or is worth guessing at. One merchant's unknown codes are counted besides: 429 after ten. */
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
