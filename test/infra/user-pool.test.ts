import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildBundles } from '../../infra/bundles.ts';
import { type Config, configs } from '../../infra/config.ts';
import { makeApp } from '../../infra/synthesise.ts';
import { roles } from '../../shared/kernel/endpoint.ts';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
}

const folder = mkdtempSync(`${tmpdir()}/nuanxin-pool-`);
let identity: Resource[];
let service: { Parameters: Record<string, unknown>; Resources: Record<string, Resource> };
beforeAll(async () => {
  vi.stubEnv('CDK_VALIDATION', 'false');
  await buildBundles();
  makeApp(folder, configs.prod).synth();
  identity = Object.values(templateOf('NuanxinIdentity').Resources);
  service = templateOf('NuanxinService');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function templateOf(stack: string): typeof service {
  return JSON.parse(readFileSync(`${folder}/${stack}.template.json`, 'utf8'));
}

const ofType = (type: string, among = identity) => among.filter(({ Type }) => Type === type);

describe('the user pool', () => {
  it('asks the function before it signs any token, a machine’s too, on a plan that lets it', () => {
    const [pool] = ofType('AWS::Cognito::UserPool');
    expect(pool?.Properties).toMatchObject({
      UserPoolTier: 'ESSENTIALS',
      LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: 'V3_0' } },
    });
    const [permission] = ofType('AWS::Lambda::Permission');
    expect(permission?.Properties).toMatchObject({ Principal: 'cognito-idp.amazonaws.com' });
  });

  it('is kept, lets nobody sign up, and asks for a second factor', () => {
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

  it('gives machines a secret and their one scope, and people a code and none', () => {
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

  it('lets its function read the register of callers and do nothing else', () => {
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

describe('the API behind it', () => {
  it('takes the tokens of every client of the pool, and no parameter', () => {
    const [authorizer] = ofType('AWS::ApiGatewayV2::Authorizer', Object.values(service.Resources));
    const configuration = authorizer?.Properties.JwtConfiguration as { Audience: unknown[] } | undefined;
    expect(configuration?.Audience).toHaveLength(ofType('AWS::Cognito::UserPoolClient').length);
    expect(Object.keys(service.Parameters)).not.toContain('TokenIssuer');
  });

  it('asks for scopes as the pool writes them', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route', Object.values(service.Resources));
    const scopes = routes.flatMap(({ Properties }) => (Properties.AuthorizationScopes ?? []) as string[]);
    expect(scopes.length).toBeGreaterThan(0);
    for (const scope of scopes) expect(scope).toMatch(/^nuanxin\/[a-z]+(:[a-z]+)?$/);
  });

  it('cannot be given more clients than an authorizer takes', () => {
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
