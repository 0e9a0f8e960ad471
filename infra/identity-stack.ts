import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { roles } from '../shared/kernel/endpoint.ts';
import { organizersGroup, resourceServer } from '../shared/people/contract/token-request.ts';
import type { CognitoIdentity, Config } from './config.ts';
import { notifyAlarms } from './constructs/alarm-topic.ts';
import { Deployed } from './constructs/deployed.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import { type FunctionSpec, identityFunctionSpecs } from './functions/index.ts';
import type { StateStack } from './state-stack.ts';

/**
 * A limit of HTTP API authorizers. A token's audience is its client, so the authorizer must list every
 * client.
 */
const audiencesMax = 50;

/** A disabled caller can use an old token for this long. */
const tokenValidity = Duration.hours(1);

/** The user pool of people and machines, and the function that writes the claims into their tokens. */
export class IdentityStack extends Stack {
  readonly issuer: string;
  readonly audiences: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    config: Config,
    identity: CognitoIdentity,
    state: StateStack,
    props?: StackProps,
  ) {
    super(scope, id, props);
    const pool = this.pool();
    const issueClaims = this.issueClaims(config, state);
    pool.addTrigger(
      cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG,
      issueClaims.lambda,
      cognito.LambdaVersion.V3_0,
    );
    new cognito.CfnUserPoolGroup(this, 'organizers', {
      userPoolId: pool.userPoolId,
      groupName: organizersGroup,
      description: 'Set rules, and close and publish rankings. Only operators add members.',
    });
    pool.addDomain('domain', { cognitoDomain: { domainPrefix: identity.domainPrefix } });
    const clients = this.clients(pool, identity);
    this.issuer = pool.userPoolProviderUrl;
    this.audiences = clients.map(({ userPoolClientId }) => userPoolClientId);
    if (this.audiences.length > audiencesMax)
      throw new Error(`An API authorizer takes at most ${audiencesMax} clients.`);
    new CfnOutput(this, 'UserPoolId', { value: pool.userPoolId });
    notifyAlarms(this, state.alarmTopic);
  }

  /**
   * Only operators add people. Adding claims to the tokens of machines needs the Essentials plan at least.
   */
  private pool(): cognito.UserPool {
    return new cognito.UserPool(this, 'users', {
      featurePlan: cognito.FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      mfa: cognito.Mfa.REQUIRED,
      mfaSecondFactor: { sms: false, otp: true },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      accountRecovery: cognito.AccountRecovery.NONE,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private issueClaims(config: Config, state: StateStack): ServiceFunction {
    const spec: FunctionSpec = identityFunctionSpecs['issue-claims'];
    const made = new ServiceFunction(this, 'issue-claims', spec, config);
    made.grant(spec.grants, new Deployed(config, state));
    return made;
  }

  /** One client for all people, with the code flow, and one for each machine, with its own secret. */
  private clients(pool: cognito.UserPool, { callbackUrls, machineClients }: CognitoIdentity) {
    const scopes = Object.values(roles).map(
      ({ scope }) => new cognito.ResourceServerScope({ scopeName: scope, scopeDescription: scope }),
    );
    const server = pool.addResourceServer('scopes', { identifier: resourceServer, scopes });
    const scopeOf = (wanted: string) =>
      scopes
        .filter(({ scopeName }) => scopeName === wanted)
        .map(one => cognito.OAuthScope.resourceServer(server, one));
    const common = {
      accessTokenValidity: tokenValidity,
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    };
    const people = pool.addClient('people', {
      ...common,
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        callbackUrls: [...callbackUrls],
        scopes: [cognito.OAuthScope.OPENID],
      },
    });
    const machines = machineClients.map(({ name, role }) =>
      pool.addClient(`${role}-${name}`, {
        ...common,
        generateSecret: true,
        authFlows: {},
        oAuth: { flows: { clientCredentials: true }, scopes: scopeOf(roles[role].scope) },
      }),
    );
    return [people, ...machines];
  }
}
