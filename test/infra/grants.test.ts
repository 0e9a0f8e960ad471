import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleFolder, functionNames } from '../../infra/bundles.ts';
import { configs } from '../../infra/config.ts';
import { actionsOn, type ResourceName } from '../../infra/functions/grants.ts';
import { type FunctionSpec, functionSpecs, identityFunctionSpecs } from '../../infra/functions/index.ts';
import { endpoints } from '../../shared/api/contract/endpoints.ts';
import { type TableName, tables } from '../../shared/dynamo/tables.ts';
import { roles } from '../../shared/kernel/endpoint.ts';
import { type Resource, synthesisedResources } from '../support/template.ts';

/** Compares the template with the grants of the specs: permissions, environment variables and routes. */

type Statement = { Action: string | string[]; Resource: unknown; Effect: string };

const specs: Readonly<Record<string, FunctionSpec>> = functionSpecs;
let everything: Readonly<Record<string, Resource>>;

beforeAll(async () => {
  everything = Object.fromEntries(await synthesisedResources(configs.dev));
}, 60_000);

function ofType(type: string): [string, Resource][] {
  return Object.entries(everything).filter(([, resource]) => resource.Type === type);
}

/** CDK makes a logical id of the path without its dashes, and a hash. */
function idOf(name: string): RegExp {
  return new RegExp(`^${name.replaceAll('-', '')}function[0-9A-F]{8}$`);
}

function functionOf(name: string): Resource {
  const found = ofType('AWS::Lambda::Function').find(([id]) => idOf(name).test(id));
  if (!found) throw new Error(`The templates have no function ${name}.`);
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

/** Tables that a bundle names in shared code which this function never runs. */
function unusedTables(name: string, spec: FunctionSpec): TableName[] {
  const changesAccounts = actionsOn('accounts', spec.grants).includes('dynamodb:PutItem');
  return [
    // Code that changes accounts contains the check of a month's gate, which only awards use.
    ...(changesAccounts ? ['rankings' as const] : []),
    // The code that ends a pending event also audits the attestations of organizers.
    ...(name === 'lapse-attestations' ? ['audit' as const] : []),
  ];
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
    const allowed = (table: TableName) =>
      actionsOn(table, spec.grants).length > 0 || unusedTables(name, spec).includes(table);
    expect(opened.filter(table => !allowed(table))).toEqual([]);
  });
});

describe('the platform', () => {
  it('has one spec for every function and one function for every spec', () => {
    const all = [...Object.keys(specs), ...Object.keys(identityFunctionSpecs)];
    expect(all.sort()).toEqual(functionNames().sort());
    expect(ofType('AWS::Lambda::Function').length).toBe(Object.keys(specs).length);
  });

  it('grants no wildcard, except the resource of dynamodb:ListStreams, which cannot be limited', () => {
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

  it('lets functions delete items only from the two tables with personal data of callers and proofs', () => {
    const granted = Object.keys(specs).flatMap(grantedTo);
    expect(granted).toContain('dynamodb:PutItem rankingBlocks-table');
    // BatchWriteItem counts as a deletion: DynamoDB has one permission for batches of puts and of deletes.
    const deletes = /^dynamodb:(Delete|BatchWrite|PartiQL|\*)/;
    const deleted = granted.filter(grant => deletes.test(grant));
    expect(new Set(deleted)).toEqual(
      new Set(['evidence', 'callers'].map(table => `dynamodb:DeleteItem ${table}-table`)),
    );
  });

  it('requires on every route the scopes of its roles', () => {
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

  it('names no resource, so that it can be deployed twice in one account', () => {
    const names =
      /^(TableName|BucketName|QueueName|FunctionName|RoleName|Name|TopicName|LogGroupName|RuleName)$/;
    // These types need a name. CDK derives it from the stack, or it is a reference to another resource.
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

  it('lets every stream and queue retry only the failed records of a batch', () => {
    const mappings = ofType('AWS::Lambda::EventSourceMapping');
    expect(mappings.length).toBeGreaterThanOrEqual(4);
    for (const [, { Properties }] of mappings) {
      expect(Properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    }
  });

  it('hides a message in work for at least six times the timeout of its function', () => {
    const [, queue] = ofType('AWS::SQS::Queue').find(([id]) => /^awardsqueue/.test(id)) ?? [];
    expect(queue?.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(
      6 * functionSpecs['award-points'].timeoutSeconds,
    );
  });
});
