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

/** Of the authorizer of an HTTP API; it takes a token by its client, and so every client must be named to it. */
const audiencesMax = 50;

/** A token is good for this long after its caller has been disabled. */
const tokenValidity = Duration.hours(1);

/** Who may call: people and machines in a user pool, and the function that says what stands in their tokens. */
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
      description: 'Set rules, close and publish rankings; members are added by operators alone',
    });
    pool.addDomain('domain', { cognitoDomain: { domainPrefix: identity.domainPrefix } });
    const clients = this.clients(pool, identity);
    this.issuer = pool.userPoolProviderUrl;
    this.audiences = clients.map(({ userPoolClientId }) => userPoolClientId);
    if (this.audiences.length > audiencesMax) throw new Error(`an API takes ${audiencesMax} clients`);
    new CfnOutput(this, 'UserPoolId', { value: pool.userPoolId });
    notifyAlarms(this, state.alarmTopic);
  }

  /** Nobody signs up by himself. Claims on machines' tokens take the Essentials plan at least. */
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

  /** One for all people, who prove themselves with a code; one for each machine, with a secret of its own. */
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
