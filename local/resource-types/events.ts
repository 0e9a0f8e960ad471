import type { ResourceType } from './resource-type.ts';

/** Event buses, rules, queues and schedules. */
export const eventTypes: Record<string, ResourceType> = {
  'AWS::Events::EventBus': {
    role: 'run',
    run: ['Name'],
    ignored: {
      DeadLetterConfig: 'takes encryption failures only',
      Description: 'descriptive',
      KmsKeyIdentifier: 'encryption',
      LogConfig: 'monitoring',
      Policy: 'access control',
      Tags: 'descriptive',
    },
  },
  'AWS::Events::Rule': {
    role: 'run',
    run: [
      'Name',
      'EventBusName',
      'EventPattern',
      'State',
      'Targets.Id',
      'Targets.Arn',
      'Targets.DeadLetterConfig.Arn',
      'Targets.RetryPolicy.MaximumRetryAttempts',
    ],
    ignored: {
      'Targets.RetryPolicy.MaximumEventAgeInSeconds': 'deliveries are kept until they are processed',
      'Targets.RoleArn': 'access control',
      Description: 'descriptive',
      RoleArn: 'access control',
      Tags: 'descriptive',
    },
  },
  'AWS::SQS::Queue': {
    role: 'run',
    run: [
      'QueueName',
      'VisibilityTimeout',
      'DelaySeconds',
      'RedrivePolicy.deadLetterTargetArn',
      'RedrivePolicy.maxReceiveCount',
    ],
    ignored: {
      KmsDataKeyReusePeriodSeconds: 'encryption',
      KmsMasterKeyId: 'encryption',
      MaximumMessageSize: 'the limit of the service applies',
      MessageRetentionPeriod: 'messages are kept until they are processed',
      ReceiveMessageWaitTimeSeconds: 'consumers are woken by new messages and do not poll',
      RedriveAllowPolicy: 'access control',
      SqsManagedSseEnabled: 'encryption',
      Tags: 'descriptive',
    },
  },
  'AWS::Scheduler::Schedule': {
    role: 'run',
    run: [
      'Name',
      'State',
      'ScheduleExpression',
      'ScheduleExpressionTimezone',
      'Target.Arn',
      'Target.Input',
      'Target.RetryPolicy.MaximumRetryAttempts',
      'Target.DeadLetterConfig.Arn',
    ],
    ignored: {
      'Target.RetryPolicy.MaximumEventAgeInSeconds': 'a missed run is not repeated',
      'Target.RoleArn': 'access control',
      Description: 'descriptive',
      FlexibleTimeWindow: 'no load to spread on one machine',
      GroupName: 'descriptive',
      KmsKeyArn: 'encryption',
    },
  },
};
