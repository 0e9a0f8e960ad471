import { beforeAll, describe, expect, it } from 'vitest';
import { type Config, configs } from '../../infra/config.ts';
import { makeApp } from '../../infra/synthesise.ts';
import { roles } from '../../shared/kernel/endpoint.ts';
import { type Resource, type SynthesisedStack, synthesisedStacks } from '../support/template.ts';

let identity: Resource[];
let service: SynthesisedStack;
beforeAll(async () => {
  const stacks = await synthesisedStacks(configs.prod);
  identity = Object.values(templateOf(stacks, 'NuanxinIdentity').Resources);
  service = templateOf(stacks, 'NuanxinService');
}, 60_000);

function templateOf(stacks: ReadonlyMap<string, SynthesisedStack>, name: string): SynthesisedStack {
  const stack = stacks.get(name);
  if (!stack) throw new Error(`The app has no stack ${name}.`);
  return stack;
}

const ofType = (type: string, among = identity) => among.filter(({ Type }) => Type === type);

describe('the user pool', () => {
  it('calls issue-claims before it signs a token, also for machines, on a plan that supports this', () => {
    const [pool] = ofType('AWS::Cognito::UserPool');
    expect(pool?.Properties).toMatchObject({
      UserPoolTier: 'ESSENTIALS',
      LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: 'V3_0' } },
    });
    const [permission] = ofType('AWS::Lambda::Permission');
    expect(permission?.Properties).toMatchObject({ Principal: 'cognito-idp.amazonaws.com' });
  });

  it('survives its stack, disables sign-up and requires a second factor', () => {
    const [pool] = ofType('AWS::Cognito::UserPool');
    expect(pool?.DeletionPolicy).toBe('Retain');
    expect(pool?.Properties).toMatchObject({
      DeletionProtection: 'ACTIVE',
      MfaConfiguration: 'ON',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
  });

  it('has a scope for each role, and a group for organizers', () => {
    const [server] = ofType('AWS::Cognito::UserPoolResourceServer');
    const scopes = server?.Properties.Scopes as { ScopeName: string }[];
    expect(scopes.map(({ ScopeName }) => ScopeName).sort()).toEqual(
      Object.values(roles)
        .map(({ scope }) => scope)
        .sort(),
    );
    expect(ofType('AWS::Cognito::UserPoolGroup')[0]?.Properties.GroupName).toBe('organizers');
  });

  it('gives each machine a secret and one scope, and gives people the code flow without a secret', () => {
    const clients = ofType('AWS::Cognito::UserPoolClient').map(({ Properties }) => Properties);
    for (const client of clients) {
      const isMachine = client.GenerateSecret === true;
      expect(client.AllowedOAuthFlows).toEqual([isMachine ? 'client_credentials' : 'code']);
      const own = JSON.stringify(client.AllowedOAuthScopes);
      expect(own.includes('program:manage') || own.includes('"wallet"')).toBe(false);
      expect((client.AllowedOAuthScopes as unknown[]).length).toBe(1);
    }
    expect(clients.filter(({ GenerateSecret }) => GenerateSecret)).toHaveLength(3);
  });

  it('lets issue-claims read the register of callers and nothing else', () => {
    const statements = ofType('AWS::IAM::Policy').flatMap(
      ({ Properties }) =>
        (Properties.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] })
          .Statement,
    );
    const onTables = statements.filter(({ Action }) =>
      [Action].flat().some(one => one.startsWith('dynamodb')),
    );
    expect(onTables.map(({ Action }) => Action)).toEqual(['dynamodb:GetItem']);
    expect(JSON.stringify(onTables)).toContain('callerstable');
  });
});

describe('the API with the user pool', () => {
  it('accepts the tokens of every client of the pool, and has no parameter for an issuer', () => {
    const [authorizer] = ofType('AWS::ApiGatewayV2::Authorizer', Object.values(service.Resources));
    const configuration = authorizer?.Properties.JwtConfiguration as { Audience: unknown[] } | undefined;
    expect(configuration?.Audience).toHaveLength(ofType('AWS::Cognito::UserPoolClient').length);
    expect(Object.keys(service.Parameters ?? {})).not.toContain('TokenIssuer');
  });

  it('requires scopes in the form in which the pool writes them', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route', Object.values(service.Resources));
    const scopes = routes.flatMap(({ Properties }) => (Properties.AuthorizationScopes ?? []) as string[]);
    expect(scopes.length).toBeGreaterThan(0);
    for (const scope of scopes) expect(scope).toMatch(/^nuanxin\/[a-z]+(:[a-z]+)?$/);
  });

  it('refuses a configuration with more clients than an authorizer can list', () => {
    const machineClients = Array.from(
      { length: 50 },
      (_, n) => ({ name: `p-${n}`, role: 'platform' }) as const,
    );
    const identity = {
      kind: 'cognito',
      domainPrefix: 'x',
      callbackUrls: ['https://x.example'],
      machineClients,
    } as const;
    const config: Config = { ...configs.prod, identity };
    expect(() => makeApp(undefined, config)).toThrow('50 clients');
  });
});
