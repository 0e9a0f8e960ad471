import type { ResourceType } from './resource-type.ts';

/** Functions, their event source mappings and their roles. */
export const functionTypes: Record<string, ResourceType> = {
  'AWS::Lambda::Function': {
    role: 'run',
    run: [
      'FunctionName',
      'Code.S3Key',
      'Handler',
      'Role',
      'Environment.Variables',
      'MemorySize',
      'Timeout',
      'ReservedConcurrentExecutions',
      'DeadLetterConfig.TargetArn',
      'PackageType',
    ],
    ignored: {
      'Code.S3Bucket': 'the bundle is read from the assembly',
      Architectures: 'functions run on the architecture of the machine',
      Description: 'descriptive',
      EphemeralStorage: 'capacity',
      KmsKeyArn: 'encryption',
      Layers: 'the bundle contains all code',
      LoggingConfig: 'monitoring',
      RecursiveLoop: 'protects an AWS account from endless loops',
      Runtime: 'functions run on the Node.js of the platform',
      RuntimeManagementConfig: 'functions run on the Node.js of the platform',
      SnapStart: 'reduces cold starts',
      Tags: 'descriptive',
      TracingConfig: 'monitoring',
    },
  },
  'AWS::Lambda::EventSourceMapping': {
    role: 'run',
    run: [
      'EventSourceArn',
      'FunctionName',
      'Enabled',
      'BatchSize',
      'MaximumBatchingWindowInSeconds',
      'FunctionResponseTypes',
      'ScalingConfig.MaximumConcurrency',
      'StartingPosition',
      'BisectBatchOnFunctionError',
      'MaximumRetryAttempts',
      'DestinationConfig.OnFailure.Destination',
      'FilterCriteria.Filters.Pattern',
    ],
    ignored: {
      KmsKeyArn: 'encryption',
      LoggingConfig: 'monitoring',
      MaximumRecordAgeInSeconds:
        'records are kept until they are processed, however long the platform was stopped',
      MetricsConfig: 'monitoring',
      ParallelizationFactor: 'one invocation at a time preserves every order that parallel ones preserve',
      ProvisionedPollerConfig: 'capacity',
      Tags: 'descriptive',
    },
  },
  'AWS::Lambda::EventInvokeConfig': {
    role: 'run',
    run: ['FunctionName', 'MaximumRetryAttempts', 'DestinationConfig.OnFailure.Destination'],
    ignored: {
      MaximumEventAgeInSeconds: 'deliveries are kept until they are processed',
      Qualifier: 'descriptive',
    },
  },
  'AWS::IAM::Policy': {
    role: 'run',
    run: ['PolicyDocument', 'Roles'],
    ignored: { PolicyName: 'descriptive' },
  },
  'AWS::IAM::Role': {
    role: 'run',
    run: [],
    ignored: {
      AssumeRolePolicyDocument: 'the local runtime always assumes the role',
      Description: 'descriptive',
      Tags: 'descriptive',
    },
  },
};
