import type { ResourceType } from './resource-type.ts';

/** Tables, buckets, secrets and parameters. */
export const storageTypes: Record<string, ResourceType> = {
  'AWS::DynamoDB::Table': {
    role: 'run',
    run: [
      'TableName',
      'KeySchema',
      'AttributeDefinitions',
      'BillingMode',
      'GlobalSecondaryIndexes.IndexName',
      'GlobalSecondaryIndexes.KeySchema',
      'GlobalSecondaryIndexes.Projection',
      'StreamSpecification.StreamViewType',
    ],
    ignored: {
      'GlobalSecondaryIndexes.ContributorInsightsSpecification': 'monitoring',
      'GlobalSecondaryIndexes.OnDemandThroughput': 'capacity',
      'GlobalSecondaryIndexes.ProvisionedThroughput': 'capacity',
      'GlobalSecondaryIndexes.WarmThroughput': 'capacity',
      'StreamSpecification.ResourcePolicy': 'access control',
      ContributorInsightsSpecification: 'monitoring',
      DeletionProtectionEnabled: 'the local runtime deletes no table',
      OnDemandThroughput: 'capacity',
      PointInTimeRecoverySpecification: 'backup',
      ProvisionedThroughput: 'capacity',
      ResourcePolicy: 'access control',
      SSESpecification: 'encryption',
      Tags: 'descriptive',
      TimeToLiveSpecification:
        'the embedded engine deletes no expired items, and the app must not depend on it',
      WarmThroughput: 'capacity',
    },
  },
  'AWS::S3::Bucket': {
    role: 'run',
    run: ['BucketName'],
    ignored: {
      AccessControl: 'access control',
      BucketEncryption: 'encryption',
      IntelligentTieringConfigurations: 'cost',
      LifecycleConfiguration: 'objects are kept forever',
      LoggingConfiguration: 'monitoring',
      ObjectLockConfiguration: 'the app writes objects with If-None-Match only',
      ObjectLockEnabled: 'the app writes objects with If-None-Match only',
      OwnershipControls: 'access control',
      PublicAccessBlockConfiguration: 'access control',
      Tags: 'descriptive',
      VersioningConfiguration: 'only the last version of an object is kept',
    },
  },
  'AWS::SecretsManager::Secret': {
    role: 'run',
    run: ['Name', 'SecretString', 'GenerateSecretString'],
    ignored: { Description: 'descriptive', KmsKeyId: 'encryption', Tags: 'descriptive' },
  },
  'AWS::SSM::Parameter': {
    role: 'run',
    run: ['Name', 'Value'],
    ignored: {
      Description: 'descriptive',
      Tags: 'descriptive',
      Tier: 'cost',
      Type: 'the type follows from the value',
    },
  },
};
