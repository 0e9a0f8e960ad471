import type { ResourceType } from './resource-type.ts';

const replaced = (reason: string): ResourceType => ({ role: 'replaced', reason });
const inert = (reason: string): ResourceType => ({ role: 'inert', reason });

/** Types whose properties the local runtime does not read. */
export const typesNotRun: Record<string, ResourceType> = {
  'AWS::Cognito::UserPool': replaced('POST /_local/tokens issues tokens'),
  'AWS::Cognito::UserPoolClient': replaced('POST /_local/tokens issues tokens'),
  'AWS::Cognito::UserPoolDomain': replaced('POST /_local/tokens issues tokens'),
  'AWS::Cognito::UserPoolGroup': replaced('POST /_local/tokens issues tokens'),
  'AWS::Cognito::UserPoolResourceServer': replaced('POST /_local/tokens issues tokens'),

  'AWS::ApplicationInsights::Application': inert('monitoring'),
  'AWS::CDK::Metadata': inert('descriptive'),
  'AWS::CloudWatch::Alarm': inert('monitoring'),
  'AWS::CloudWatch::CompositeAlarm': inert('monitoring'),
  'AWS::CloudWatch::Dashboard': inert('monitoring'),
  'AWS::Events::Archive': inert('backup'),
  'AWS::Events::EventBusPolicy': inert('access control'),
  'AWS::IAM::ManagedPolicy': inert('access control'),
  'AWS::KMS::Alias': inert('encryption'),
  'AWS::KMS::Key': inert('encryption'),
  'AWS::Lambda::Permission': inert('access control'),
  'AWS::Logs::LogGroup': inert('monitoring'),
  'AWS::Logs::MetricFilter': inert('monitoring'),
  'AWS::Logs::ResourcePolicy': inert('access control'),
  'AWS::S3::BucketPolicy': inert('access control'),
  'AWS::SNS::Subscription': inert('monitoring'),
  'AWS::SNS::Topic': inert('monitoring'),
  'AWS::SNS::TopicPolicy': inert('access control'),
  'AWS::SQS::QueuePolicy': inert('access control'),
  'AWS::Scheduler::ScheduleGroup': inert('descriptive'),
};
