import type { TemplateResource } from '../../infra/assembly.ts';
import { accountId, region } from './intrinsics.ts';

/** Addresses of this run, which references to queues and to the API resolve to. */
export interface Addresses {
  awsEndpoint: string;
  apiUrl: string;
}

/** A physical name, the same at every start: the one given, else stack and logical id. */
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

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** What `Ref` and `Fn::GetAtt` give for a resource: one row a type, the key `Ref` and the attributes. */
type Values = (name: string, addresses: Addresses, resource: TemplateResource) => Record<string, string>;

const values: Record<string, Values> = {
  'AWS::DynamoDB::Table': name => ({
    Ref: name,
    Arn: arn('dynamodb', `table/${name}`),
    StreamArn: arn('dynamodb', `table/${name}/stream/local`),
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

/** Inert and replaced resources have no value of their own: name and ARN are enough to stand in an environment. */
const standIn: Values = name => ({ Ref: name, Arn: arn('local', name), KeyId: name, ProviderURL: name });

export function resourceValues(
  stack: string,
  logicalId: string,
  resource: TemplateResource,
  addresses: Addresses,
): Record<string, string> {
  const name = physicalName(stack, logicalId, resource);
  return (values[resource.Type] ?? standIn)(name, addresses, resource);
}
