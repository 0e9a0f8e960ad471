import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildBundles, bundleFolder, functionNames } from '../../infra/bundles.ts';
import { type FunctionSpec, functionSpecs, identityFunctionSpecs } from '../../infra/functions.ts';
import { makeApp } from '../../infra/synthesise.ts';
import { endpoints } from '../../shared/api/contract/endpoints.ts';
import { tables, tableVariable } from '../../shared/dynamo/tables.ts';
import { roles } from '../../shared/kernel/endpoint.ts';

/** What each function may do, knows and is asked: just what its spec says, read from the template. */

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

/** `dynamodb:GetItem ledger`, `dynamodb:Query ledger/index/byDriver`, `sqs:SendMessage awardsqueue`, … */
function grantsOf(name: string): string[] {
  return statementsOf(name)
    .flatMap(({ Action, Resource }) => {
      const resources = Array.isArray(Resource) ? Resource : [Resource];
      return [Action].flat().flatMap(action => resources.map(resource => `${action} ${placeOf(resource)}`));
    })
    .sort();
}

function placeOf(resource: unknown): string {
  if (resource === '*') return '*';
  const text = JSON.stringify(resource);
  const table = Object.keys(tables).find(name => text.includes(`${name}table`));
  const index = /\/index\/\w+/.exec(text)?.[0] ?? '';
  if (table) return `${table}${text.includes('StreamArn') ? '/stream' : ''}${index}`;
  if (text.includes('Output') && text.includes('bus')) return 'bus';
  if (text.includes('codekeys')) return 'codekeys';
  if (text.includes('entryarchive')) return `archive${/\/\*/.test(text) ? '/*' : ''}`;
  return (/"Fn::GetAtt":\["([a-z]+)/i.exec(text)?.[1] ?? text).replace(/[0-9A-F]{8}$/, '');
}

const actions: Readonly<Record<string, string>> = {
  get: 'GetItem',
  batchGet: 'BatchGetItem',
  put: 'PutItem',
  update: 'UpdateItem',
  delete: 'DeleteItem',
  check: 'ConditionCheckItem',
  query: 'Query',
  scan: 'Scan',
};

const streamReads = (table: string) => [
  ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map(action => `dynamodb:${action} ${table}/stream`),
  'dynamodb:ListStreams *',
];
/** What comes by the wiring and not by a spec: who reads which stream, and the award queue. */
const wired: Readonly<Record<string, readonly string[]>> = {
  'publish-entries': streamReads('ledger'),
  'archive-entries': streamReads('ledger'),
  'publish-redemptions': streamReads('redemptions'),
  'publish-rankings': streamReads('rankings'),
  'award-points': [
    ...[
      'ChangeMessageVisibility',
      'DeleteMessage',
      'GetQueueAttributes',
      'GetQueueUrl',
      'ReceiveMessage',
      'SendMessage',
    ].map(action => `sqs:${action} awardsqueue`),
  ],
};

function expectedGrants(name: string, spec: FunctionSpec): string[] {
  const onTables = Object.entries(spec.tables).flatMap(([table, accesses]) =>
    accesses.map(access => {
      const [word = '', index] = access.split(':');
      return `dynamodb:${actions[word]} ${table}${index ? `/index/${index}` : ''}`;
    }),
  );
  return [
    ...onTables,
    ...(spec.bus ? ['events:PutEvents bus'] : []),
    ...(spec.archive ? ['s3:PutObject archive/*'] : []),
    ...(spec.codeKeys ? ['secretsmanager:GetSecretValue codekeys'] : []),
    ...(spec.seesAwardQueue
      ? ['awardsdeadletters', 'awardsqueue', 'eventsreceiveddeadletters'].map(
          queue => `sqs:GetQueueAttributes ${queue}`,
        )
      : []),
    ...(wired[name] ?? []),
  ].sort();
}

describe.each(Object.entries(specs))('%s', (name, spec) => {
  it('may do exactly what its spec says, and write its log', () => {
    const grants = grantsOf(name).filter(grant => !/^logs:(CreateLogStream|PutLogEvents) /.test(grant));
    expect(grants).toEqual(expectedGrants(name, spec));
    expect(grantsOf(name).filter(grant => grant.startsWith('logs:'))).toHaveLength(2);
  });

  it('is told what it needs for that, and nothing else', () => {
    const { Environment } = functionOf(name).Properties as {
      Environment: { Variables: Record<string, unknown> };
    };
    expect(Object.keys(Environment.Variables).sort()).toEqual(
      [
        'POWERTOOLS_LOG_LEVEL',
        ...Object.keys(spec.tables).map(table => tableVariable(table as keyof typeof tables)),
        ...(spec.bus ? ['BUS_NAME'] : []),
        ...(spec.archive ? ['ARCHIVE_BUCKET'] : []),
        ...(spec.codeKeys ? ['CODE_KEYS_SECRET_ARN'] : []),
        ...(spec.tokens ? ['TOKEN_ISSUER', 'TOKEN_AUDIENCE'] : []),
        ...(spec.adjustmentLimit ? ['ADJUSTMENT_POINTS_MAX'] : []),
        ...(spec.seesAwardQueue
          ? ['AWARD_QUEUE_URL', 'AWARD_DEAD_LETTERS_URL', 'RECEIVED_DEAD_LETTERS_URL']
          : []),
        ...(name === 'award-points' ? ['AWARD_QUEUE_URL'] : []),
      ].sort(),
    );
  });

  it('asks in its code for no variable and no table that it is not given', () => {
    const code = readFileSync(`${bundleFolder(name)}/index.js`, 'utf8');
    const { Environment } = functionOf(name).Properties as {
      Environment: { Variables: Record<string, unknown> };
    };
    const given = Object.keys(Environment.Variables);
    const named = [...code.matchAll(/"([A-Z]+(?:_[A-Z]+)*_(?:NAME|BUCKET|ISSUER|AUDIENCE|URL|MAX))"/g)].map(
      ([, variable]) => variable,
    );
    const ours = named.filter(variable =>
      /^(BUS|ARCHIVE|TOKEN|AWARD|RECEIVED|ADJUSTMENT)_/.test(variable ?? ''),
    );
    expect(ours.filter(variable => !given.includes(variable ?? ''))).toEqual([]);
    const asked = [...code.matchAll(/\.tableName\("(\w+)"\)/g)].map(([, table]) => table ?? '');
    const granted = Object.keys(spec.tables);
    /** Whatever changes accounts carries the check of a month's gate, which awards alone use. */
    if (spec.tables.accounts?.includes('put')) granted.push('rankings');
    expect(asked.filter(table => !granted.includes(table))).toEqual([]);
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
    const granted = Object.keys(specs).flatMap(grantsOf);
    expect(granted).toContain('dynamodb:PutItem rankingBlocks');
    // Who may write in batches may delete in them: DynamoDB has one permission for both.
    const deletes = /^dynamodb:(Delete|BatchWrite|PartiQL|\*)/;
    const deleted = granted.filter(grant => deletes.test(grant));
    expect(new Set(deleted)).toEqual(
      new Set(['evidence', 'callers'].map(table => `dynamodb:DeleteItem ${table}`)),
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
