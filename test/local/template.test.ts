import { expect, it } from 'vitest';
import type { Template } from '../../infra/assembly.ts';
import { Intrinsics } from '../../local/template/intrinsics.ts';
import { readModel, TemplateRefused } from '../../local/template/read-model.ts';
import { fixtureTemplate } from './fixture/template.ts';

const addresses = { awsEndpoint: 'http://127.0.0.1:1', apiUrl: 'http://127.0.0.1:2' };
const parameters = { TokenIssuer: 'http://127.0.0.1:2/issuer', TokenAudience: 'nuanxin' };

function read(...stacks: { name: string; template: Template }[]) {
  return readModel({ stacks, assetFolder: () => '' }, addresses, parameters);
}

function problemsOf(change: (template: Template) => void): string[] {
  const template = structuredClone(fixtureTemplate());
  change(template);
  try {
    read({ name: 'S', template });
  } catch (error) {
    if (error instanceof TemplateRefused) return error.problems;
    throw error;
  }
  return [];
}

function properties(template: Template, logicalId: string): Record<string, unknown> {
  const found = template.Resources?.[logicalId]?.Properties;
  if (found === undefined) throw new Error(`the template has no resource ${logicalId}`);
  return found;
}

const template: Template = {
  Parameters: { Given: { Default: 'default' }, List: { Type: 'CommaDelimitedList', Default: 'a,b' } },
  Conditions: {
    IsGiven: { 'Fn::Equals': [{ Ref: 'Given' }, 'set'] },
    IsNot: { 'Fn::Not': [{ Condition: 'IsGiven' }] },
    Both: { 'Fn::And': [{ Condition: 'IsGiven' }, { Condition: 'IsNot' }] },
    One: { 'Fn::Or': [{ Condition: 'IsGiven' }, { Condition: 'IsNot' }] },
  },
};
const other: Template = { Outputs: { Out: { Value: { Ref: 'Thing' }, Export: { Name: 'other:Out' } } } };

it.each([
  ['plain', 'plain'],
  [{ Ref: 'Thing' }, 'Thing of S'],
  [{ Ref: 'Given' }, 'set'],
  [{ Ref: 'List' }, ['a', 'b']],
  [{ Ref: 'AWS::StackName' }, 'S'],
  [{ 'Fn::GetAtt': ['Thing', 'Arn'] }, 'Thing.Arn of S'],
  [{ 'Fn::GetAtt': 'Thing.Arn' }, 'Thing.Arn of S'],
  [{ 'Fn::Join': ['-', ['a', { Ref: 'Thing' }, { Ref: 'AWS::Partition' }]] }, 'a-Thing of S-aws'],
  [{ 'Fn::Sub': `\${Thing}/\${Thing.Arn}/\${!Literal}` }, `Thing of S/Thing.Arn of S/\${Literal}`],
  [{ 'Fn::Sub': [`\${Own}\${Given}`, { Own: { Ref: 'Thing' } }] }, 'Thing of Sset'],
  [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  [{ 'Fn::Select': ['0', ['x', 'y']] }, 'x'],
  [{ 'Fn::ImportValue': 'other:Out' }, 'Thing of Other'],
  [{ 'Fn::GetStackOutput': { StackName: 'Other', OutputName: 'Out' } }, 'Thing of Other'],
  [{ 'Fn::If': ['IsGiven', 'yes', 'no'] }, 'yes'],
  [{ 'Fn::If': ['IsNot', 'yes', 'no'] }, 'no'],
  [{ 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
  [{ 'Fn::If': ['One', 'yes', 'no'] }, 'yes'],
  [{ a: { 'Fn::If': ['IsNot', 1, { Ref: 'AWS::NoValue' }] }, b: [{ Ref: 'AWS::NoValue' }, 2] }, { b: [2] }],
])('resolves %j', (value, resolved) => {
  const problems: string[] = [];
  const lookup = {
    ref: (stack: string, id: string) => (id === 'Thing' ? `${id} of ${stack}` : undefined),
    attribute: (stack: string, id: string, name: string) => `${id}.${name} of ${stack}`,
  };
  const stacks = [
    { name: 'S', template },
    { name: 'Other', template: other },
  ];
  const intrinsics = new Intrinsics(stacks, { Given: 'set' }, lookup, problem => problems.push(problem));
  expect(intrinsics.resolve('S', value)).toEqual(resolved);
  expect(problems).toEqual([]);
});

it('reads all resources of an app into the model', () => {
  const model = read({ name: 'S', template: fixtureTemplate() });
  expect(model.functions.get('S-Worker')).toMatchObject({
    timeoutMs: 10_000,
    environment: { WORK_QUEUE_URL: 'http://127.0.0.1:1/000000000000/S-WorkQueue', BUS: 'fixture-bus' },
  });
  expect(model.functions.get('S-Worker')?.role).toBe('S-SharedRole');
  const resource = 'arn:aws:dynamodb:cn-local-1:000000000000:table/S-Work';
  expect(model.policies).toEqual([
    { roles: ['S-SharedRole'], grants: [{ actions: ['dynamodb:UpdateItem'], resources: [resource] }] },
  ]);
  expect(model.queues.get('S-WorkQueue')?.redrive).toEqual({ queue: 'S-WorkDead', maxReceiveCount: 3 });
  expect(model.api?.routes.find(({ routeKey }) => routeKey === 'GET /wallet')).toMatchObject({
    scopes: ['wallet'],
    authorizer: { issuer: parameters.TokenIssuer, audiences: ['nuanxin'] },
  });
});

it('reports every unknown part of the templates at once, each with its logical id', () => {
  const problems = problemsOf(app => {
    app.Transform = 'AWS::Serverless';
    app.Resources = {
      ...app.Resources,
      Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: {} },
      Odd: { Type: 'AWS::SQS::Queue', CreationPolicy: {}, Properties: { FifoQueue: true } },
    };
    properties(app, 'WorkMapping').TumblingWindowInSeconds = 5;
    properties(app, 'Monthly').Target = {
      ...(properties(app, 'Monthly').Target as object),
      EcsParameters: {},
    };
    (properties(app, 'WorkRule').Targets as object[])[0] = {
      ...{ Id: 'Queue', Arn: { 'Fn::GetAtt': ['WorkQueue', 'Arn'] } },
      InputTransformer: { InputTemplate: 'x' },
    };
    properties(app, 'ReactRule').EventPattern = { source: [{ suffix: 'x' }] };
    properties(app, 'Broken').ScheduleExpression = 'at(2026-01-01T00:00:00)';
    properties(app, 'Copier').Timeout = { 'Fn::Base64': 'x' };
  });
  expect(problems).toEqual([
    expect.stringContaining('unknown template section Transform'),
    expect.stringContaining('S/WorkMapping: property TumblingWindowInSeconds'),
    expect.stringContaining('S/WorkRule: property Targets.InputTransformer'),
    expect.stringContaining('S/Monthly: property Target.EcsParameters'),
    expect.stringContaining('S/Machine: resource type AWS::StepFunctions::StateMachine'),
    expect.stringContaining('S/Odd: unknown attribute CreationPolicy'),
    expect.stringContaining('S/Odd: property FifoQueue'),
    expect.stringContaining('intrinsic Fn::Base64'),
    expect.stringContaining('S/ReactRule: event pattern.source: suffix'),
    expect.stringContaining('schedule broken: at(2026-01-01T00:00:00)'),
  ]);
});

it.each([
  [
    'a payload format other than 2.0',
    'ToApi',
    { PayloadFormatVersion: '1.0' },
    /ToApi.*PayloadFormatVersion/,
  ],
  [
    'an authorizer that is not a JWT authorizer',
    'Tokens',
    { AuthorizerType: 'REQUEST' },
    /Tokens.*AuthorizerType/,
  ],
  ['a parameter without a value', 'Copier', { Timeout: { Ref: 'Nothing' } }, /Nothing/],
  [
    'an unknown attribute',
    'Copier',
    { Timeout: { 'Fn::GetAtt': ['WorkQueue', 'Length'] } },
    /Length of WorkQueue/,
  ],
  [
    'an event pattern with an unsupported operator',
    'CopyMapping',
    { FilterCriteria: { Filters: [{ Pattern: '{"a":[{"numeric":[">",1]}]}' }] } },
    /numeric/,
  ],
  [
    'a failure destination that is not a queue',
    'FollowMapping',
    { DestinationConfig: { OnFailure: { Destination: { Ref: 'Bucket' } } } },
    /not a queue/,
  ],
  [
    'a policy with a Deny statement',
    'WorkPolicy',
    { PolicyDocument: { Statement: [{ Effect: 'Deny', Action: 'sqs:*', Resource: '*' }] } },
    /WorkPolicy.*Effect/,
  ],
  [
    'a policy with a condition',
    'WorkPolicy',
    { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'a', Resource: '*', Condition: {} }] } },
    /WorkPolicy.*Condition/,
  ],
  [
    'a mapping of a table that the templates do not define',
    'CopyMapping',
    { EventSourceArn: 'arn:aws:dynamodb:cn-local-1:000000000000:table/none/stream/local' },
    /no table none/,
  ],
])('refuses %s', (_what, logicalId, change, message) => {
  const problems = problemsOf(app => void Object.assign(properties(app, logicalId), change));
  expect(problems.join('\n')).toMatch(message);
});

it('skips resources whose condition is false, and does not resolve ignored properties', () => {
  expect(
    problemsOf(app => {
      app.Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
      app.Resources = {
        ...app.Resources,
        Absent: { Type: 'AWS::Lambda::Function', Condition: 'Never', Properties: { Handler: 'x' } },
      };
      properties(app, 'WorkQueue').KmsMasterKeyId = { 'Fn::Whatever': 1 };
    }),
  ).toEqual([]);
});
