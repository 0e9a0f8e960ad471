import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildBundles, bundleFolder, functionNames } from '../../infra/bundles.ts';
import { actionsOn, type ResourceName } from '../../infra/functions/grants.ts';
import { type FunctionSpec, functionSpecs, identityFunctionSpecs } from '../../infra/functions/index.ts';
import { makeApp } from '../../infra/synthesise.ts';
import { endpoints } from '../../shared/api/contract/endpoints.ts';
import { type TableName, tables } from '../../shared/dynamo/tables.ts';
import { roles } from '../../shared/kernel/endpoint.ts';

/** Compares the template with the grants of the specs: permissions, environment variables and routes. */

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
type Statement = { Action: string | string[]; Resource: unknown; Effect: string };

const folder = mkdtempSync(`${tmpdir()}/nuanxin-grants-`);
let service: Record<string, Resource>;
let everything: Record<string, Resource>;
const specs: Readonly<Record<string, FunctionSpec>> = functionSpecs;

beforeAll(async () => {
  // template.test.ts validates the same template; here it is only read.
  vi.stubEnv('CDK_VALIDATION', 'false');
  await buildBundles();
  makeApp(folder).synth();
  const resourcesOf = (stack: string) =>
    JSON.parse(readFileSync(`${folder}/${stack}.template.json`, 'utf8')).Resources as Record<
      string,
      Resource
    >;
  service = resourcesOf('NuanxinService');
  everything = { ...resourcesOf('NuanxinState'), ...service };
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function ofType(type: string, among = everything): [string, Resource][] {
  return Object.entries(among).filter(([, resource]) => resource.Type === type);
}

/** Logical ids are the path without its dashes, and a hash. */
function idOf(name: string): RegExp {
  return new RegExp(`^${name.replaceAll('-', '')}function[0-9A-F]{8}$`);
}

function functionOf(name: string): Resource {
  const found = ofType('AWS::Lambda::Function').find(([id]) => idOf(name).test(id));
  if (!found) throw new Error(`no function ${name}`);
  return found[1];
}

function statementsOf(name: string): Statement[] {
  const start = `${name.replaceAll('-', '')}roleDefaultPolicy`;
  return ofType('AWS::IAM::Policy')
    .filter(([id]) => new RegExp(`^${start}[0-9A-F]{8}$`).test(id))
    .flatMap(
      ([, { Properties }]) =>
        (Properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement,
    );
}

/** For example `dynamodb:GetItem ledger-table`, `dynamodb:Query ledger-table/index/byDriver`, `events:PutEvents bus`. */
function grantedTo(name: string): string[] {
  return statementsOf(name)
    .flatMap(({ Action, Resource }) => {
      const resources = [Resource].flat();
      return [Action].flat().flatMap(action => resources.map(resource => `${action} ${nameOf(resource)}`));
    })
    .sort();
}

/** How each resource of a grant appears in an ARN of the template. */
const namedResources: Readonly<Record<Exclude<ResourceName, `${string}-table`>, RegExp>> = {
  bus: /OutputFnGetAttbus/,
  'code-keys': /codekeys/,
  'entry-archive': /entryarchive.*\/\*/,
  'award-queue': /"awardsqueue/,
  'award-dead-letters': /"awardsdeadletters/,
  'undelivered-events': /"eventsreceiveddeadletters/,
};

function nameOf(resource: unknown): string {
  if (resource === '*') return '*';
  const arn = JSON.stringify(resource);
  const table = Object.keys(tables).find(name => arn.includes(`${name}table`));
  const part = arn.includes('StreamArn') ? '/stream' : (/\/index\/\w+/.exec(arn)?.[0] ?? '');
  if (table) return `${table}-table${part}`;
  return Object.entries(namedResources).find(([, pattern]) => pattern.test(arn))?.[0] ?? arn;
}

/** The permissions that CDK adds because Lambda reads the stream or the queue in the name of the function. */
function neededToInvoke({ follows, worksOn }: FunctionSpec): string[] {
  const stream = ['DescribeStream', 'GetRecords', 'GetShardIterator'];
  const queue = [
    'ChangeMessageVisibility',
    'DeleteMessage',
    'GetQueueAttributes',
    'GetQueueUrl',
    'ReceiveMessage',
  ];
  return [
    ...(follows ? stream.map(action => `dynamodb:${action} ${follows}-table/stream`) : []),
    ...(follows ? ['dynamodb:ListStreams *'] : []),
    ...(worksOn ? queue.map(action => `sqs:${action} ${worksOn}`) : []),
  ];
}

function expectedGrants(spec: FunctionSpec): string[] {
  const permissions = spec.grants.flatMap(grant => grant.permissions);
  const granted = permissions.map(
    ({ action, on, index }) => `${action} ${on}${index ? `/index/${index}` : ''}`,
  );
  return [...new Set([...granted, ...neededToInvoke(spec)])].sort();
}

function variablesOf(name: string): string[] {
  const { Environment } = functionOf(name).Properties as { Environment: { Variables: object } };
  return Object.keys(Environment.Variables).sort();
}

describe.each(Object.entries(specs))('%s', (name, spec) => {
  it('has exactly the permissions of its grants, and may write its own log', () => {
    const isLog = (grant: string) => /^logs:(CreateLogStream|PutLogEvents) /.test(grant);
    expect(grantedTo(name).filter(grant => !isLog(grant))).toEqual(expectedGrants(spec));
    expect(grantedTo(name).filter(grant => grant.startsWith('logs:'))).toHaveLength(2);
  });

  it('has exactly the environment variables of its grants', () => {
    const variables = spec.grants.flatMap(grant => Object.keys(grant.variables));
    expect(variablesOf(name)).toEqual([...new Set(['POWERTOOLS_LOG_LEVEL', ...variables])].sort());
  });

  it('reads no variable and opens no table in its code that its grants do not bring', () => {
    const code = readFileSync(`${bundleFolder(name)}/index.js`, 'utf8');
    const ownVariables =
      /"((?:BUS|ARCHIVE|TOKEN|AWARD|RECEIVED|ADJUSTMENT)_(?:[A-Z]+_)*(?:NAME|BUCKET|ISSUER|AUDIENCE|URL|MAX))"/g;
    const read = [...code.matchAll(ownVariables)].map(([, variable = '']) => variable);
    expect(read.filter(variable => !variablesOf(name).includes(variable))).toEqual([]);

    const opened = [...code.matchAll(/\.tableName\("(\w+)"\)/g)].map(([, table]) => table as TableName);
    // Code that changes accounts contains the check of a month's gate, which only awards use.
    const changesAccounts = actionsOn('accounts', spec.grants).includes('dynamodb:PutItem');
    const allowed = (table: TableName) =>
      actionsOn(table, spec.grants).length > 0 || (changesAccounts && table === 'rankings');
    expect(opened.filter(table => !allowed(table))).toEqual([]);
  });
});

describe('the platform', () => {
  it('has a spec for every function, and a function for every spec', () => {
    const all = [...Object.keys(specs), ...Object.keys(identityFunctionSpecs)];
    expect(all.sort()).toEqual(functionNames().sort());
    expect(ofType('AWS::Lambda::Function').length).toBe(Object.keys(specs).length);
  });

  it('gives nobody a wildcard: no action, and no resource but where AWS knows no other', () => {
    const all = ofType('AWS::IAM::Policy').flatMap(
      ([, { Properties }]) =>
        (Properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement,
    );
    for (const { Action, Resource, Effect } of all) {
      expect(Effect).toBe('Allow');
      for (const action of [Action].flat()) {
        expect(action).not.toContain('*');
        if ([Resource].flat().includes('*')) expect(action).toBe('dynamodb:ListStreams');
      }
    }
  });

  it('lets nobody delete an item of any table but what is personal', () => {
    const granted = Object.keys(specs).flatMap(grantedTo);
    expect(granted).toContain('dynamodb:PutItem rankingBlocks-table');
    // Who may write in batches may delete in them: DynamoDB has one permission for both.
    const deletes = /^dynamodb:(Delete|BatchWrite|PartiQL|\*)/;
    const deleted = granted.filter(grant => deletes.test(grant));
    expect(new Set(deleted)).toEqual(
      new Set(['evidence', 'callers'].map(table => `dynamodb:DeleteItem ${table}-table`)),
    );
  });

  it('asks on every route for the scopes of its roles', () => {
    for (const [, { Properties }] of ofType('AWS::ApiGatewayV2::Route')) {
      const { RouteKey, AuthorizationScopes } = Properties as {
        RouteKey: string;
        AuthorizationScopes?: string[];
      };
      const endpoint = endpoints.find(({ route }) => route === RouteKey);
      const scopes = endpoint?.public ? undefined : endpoint?.roles.map(role => roles[role].scope);
      expect(AuthorizationScopes, RouteKey).toEqual(scopes);
    }
  });

  it('has no physical name, so that it can be deployed twice', () => {
    const names =
      /^(TableName|BucketName|QueueName|FunctionName|RoleName|Name|TopicName|LogGroupName|RuleName)$/;
    /** These must have one; it is made from the stack, or from the only thing that knows another. */
    const must = new Set([
      'AWS::Events::EventBus',
      'AWS::ApiGatewayV2::Api',
      'AWS::ApiGatewayV2::Authorizer',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Permission',
    ]);
    const named = Object.entries(everything).filter(
      ([, { Type, Properties = {} }]) =>
        !must.has(Type) && Object.keys(Properties).some(name => names.test(name)),
    );
    expect(named.map(([id]) => id)).toEqual([]);
  });

  it('has every stream and queue told which of a batch failed', () => {
    const mappings = ofType('AWS::Lambda::EventSourceMapping');
    expect(mappings.length).toBeGreaterThanOrEqual(4);
    for (const [, { Properties }] of mappings) {
      expect(Properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    }
  });

  it('hides a message from others for longer than the function that works on it may run', () => {
    const [, queue] = ofType('AWS::SQS::Queue').find(([id]) => /^awardsqueue/.test(id)) ?? [];
    expect(queue?.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(
      6 * functionSpecs['award-points'].timeoutSeconds,
    );
  });
});
