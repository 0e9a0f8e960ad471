import type { TemplateResource } from '../../infra/assembly.ts';
import { accountId, region } from './intrinsics.ts';

/** Addresses of this run. References to queues and to the API resolve to them. */
export interface Addresses {
  awsEndpoint: string;
  apiUrl: string;
}

/** The physical name, the same at every start: the name in the properties, or `<stack>-<logical id>`. */
export function physicalName(stack: string, logicalId: string, resource: TemplateResource): string {
  const given = nameProperties
    .map(property => resource.Properties?.[property])
    .find(value => typeof value === 'string');
  const name = typeof given === 'string' ? given : `${stack}-${logicalId}`;
  return resource.Type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
}

const nameProperties = [
  'TableName',
  'FunctionName',
  'QueueName',
  'BucketName',
  'LogGroupName',
  'RoleName',
  'TopicName',
  'Name',
];

/** An ARN in the local region and account. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** The ARN of a table's stream. Each table has one stream, which keeps its name. */
export function streamArn(table: string): string {
  return arn('dynamodb', `table/${table}/stream/local`);
}

/** The last part of a name, ARN or URL that is separated by `/`. */
export function lastSegment(path: string): string {
  return path.split('/').at(-1) ?? '';
}

/** The values that `Ref` (under the key `Ref`) and `Fn::GetAtt` give for a resource. */
type Values = (name: string, addresses: Addresses, resource: TemplateResource) => Record<string, string>;

const values: Record<string, Values> = {
  'AWS::DynamoDB::Table': name => ({
    Ref: name,
    Arn: arn('dynamodb', `table/${name}`),
    StreamArn: streamArn(name),
  }),
  'AWS::IAM::Role': name => ({ Ref: name, Arn: `arn:aws:iam::${accountId}:role/${name}` }),
  'AWS::Lambda::Function': name => ({ Ref: name, Arn: arn('lambda', `function:${name}`) }),
  'AWS::SQS::Queue': (name, { awsEndpoint }) => ({
    Ref: `${awsEndpoint}/${accountId}/${name}`,
    QueueUrl: `${awsEndpoint}/${accountId}/${name}`,
    Arn: arn('sqs', name),
    QueueName: name,
  }),
  'AWS::Events::EventBus': name => ({ Ref: name, Name: name, Arn: arn('events', `event-bus/${name}`) }),
  'AWS::Events::Rule': name => ({ Ref: name, Arn: arn('events', `rule/${name}`) }),
  'AWS::Events::Archive': name => ({ Ref: name, Arn: arn('events', `archive/${name}`), ArchiveName: name }),
  'AWS::ApiGatewayV2::Api': (name, { apiUrl }) => ({ Ref: name, ApiId: name, ApiEndpoint: apiUrl }),
  'AWS::ApiGatewayV2::Stage': (name, _addresses, resource) => ({
    Ref: String(resource.Properties?.StageName ?? name),
  }),
  'AWS::ApiGatewayV2::Authorizer': name => ({ Ref: name, AuthorizerId: name }),
  'AWS::ApiGatewayV2::Integration': name => ({ Ref: name }),
  'AWS::ApiGatewayV2::Route': name => ({ Ref: name, RouteId: name }),
  'AWS::Scheduler::Schedule': name => ({ Ref: name, Arn: arn('scheduler', `schedule/default/${name}`) }),
  'AWS::S3::Bucket': name => ({
    Ref: name,
    Arn: `arn:aws:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
  }),
  'AWS::SecretsManager::Secret': name => ({
    Ref: arn('secretsmanager', `secret:${name}`),
    Id: arn('secretsmanager', `secret:${name}`),
  }),
  'AWS::SSM::Parameter': (name, _addresses, resource) => ({
    Ref: name,
    Value: String(resource.Properties?.Value),
  }),
  'AWS::SNS::Topic': name => ({ Ref: arn('sns', name), TopicArn: arn('sns', name), TopicName: name }),
};

/** Values of inert and replaced resources: a name and an ARN, which environment variables may contain. */
const placeholder: Values = name => ({ Ref: name, Arn: arn('local', name), KeyId: name, ProviderURL: name });

/** The values of `Ref` and of each attribute of a resource. */
export function resourceValues(
  stack: string,
  logicalId: string,
  resource: TemplateResource,
  addresses: Addresses,
): Record<string, string> {
  const name = physicalName(stack, logicalId, resource);
  return (values[resource.Type] ?? placeholder)(name, addresses, resource);
}
