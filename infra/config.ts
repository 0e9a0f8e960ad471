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
  /** Requests a second, and in a burst, over all routes. */
  readonly throttle: { readonly ratePerSecond: number; readonly burst: number };
}

export const configs: Readonly<Record<Config['stage'], Config>> = {
  dev: {
    stage: 'dev',
    identity: { kind: 'oidc' },
    logDays: 7,
    busArchiveDays: 30,
    entryArchiveLockDays: 1,
    adjustmentPointsMax: 1000,
    rankingRefreshMinutes: 1,
    throttle: { ratePerSecond: 100, burst: 200 },
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
    throttle: { ratePerSecond: 1000, burst: 2000 },
  },
};
