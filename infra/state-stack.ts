import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type IndexShape, type TableName, type TableShape, tables } from '../shared/dynamo/tables.ts';
import { busSources } from '../shared/kernel/bus.ts';
import type { Config } from './config.ts';
import { AlarmTopic } from './constructs/alarm-topic.ts';

/**
 * Everything that must survive each release: tables, the bus with its archive, the archive of entries,
 * secrets.
 */
export class StateStack extends Stack {
  readonly tables: Readonly<Record<TableName, dynamodb.Table>>;
  readonly bus: events.EventBus;
  readonly entryArchive: s3.Bucket;
  readonly codeKeys: secretsmanager.Secret;
  /** Alarms are published here. People subscribe once. */
  readonly alarmTopic: sns.Topic;

  constructor(scope: Construct, id: string, config: Config, props?: StackProps) {
    super(scope, id, props);
    this.tables = Object.fromEntries(
      Object.entries(tables).map(([name, shape]) => [name, this.table(name, shape)]),
    ) as Record<TableName, dynamodb.Table>;
    this.bus = new events.EventBus(this, 'bus');
    this.bus.archive('bus-archive', {
      description: 'Every event on the bus, for a replay. Redelivery is harmless at any age.',
      eventPattern: { source: Object.values(busSources) },
      retention: Duration.days(config.busArchiveDays),
    });
    this.codeKeys = new secretsmanager.Secret(this, 'code-keys', {
      description:
        'Keys from which redemption codes are derived, by version. docs/redemptions.md describes how to change them.',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ current: '1' }),
        generateStringKey: '1',
        passwordLength: 48,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.entryArchive = this.lockedBucket(config);
    this.alarmTopic = new AlarmTopic(this, 'alarms').topic;
    new CfnOutput(this, 'AlarmTopicArn', { value: this.alarmTopic.topicArn });
  }

  private table(name: string, shape: TableShape): dynamodb.Table {
    const table = new dynamodb.Table(this, `${name}-table`, {
      partitionKey: { name: shape.partition, type: dynamodb.AttributeType.STRING },
      ...(shape.sort ? { sortKey: key(shape.sort) } : {}),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(shape.stream ? { stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES } : {}),
      ...(shape.expiresAtAttribute ? { timeToLiveAttribute: shape.expiresAtAttribute } : {}),
    });
    for (const [indexName, index] of Object.entries(shape.indexes)) addIndex(table, indexName, index);
    return table;
  }

  /**
   * Write once: versions and a compliance lock prevent functions and administrators from changing history.
   */
  private lockedBucket(config: Config): s3.Bucket {
    return new s3.Bucket(this, 'entry-archive', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: s3.ObjectLockRetention.compliance(
        Duration.days(config.entryArchiveLockDays),
      ),
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

function addIndex(table: dynamodb.Table, indexName: string, index: IndexShape): void {
  table.addGlobalSecondaryIndex({
    indexName,
    partitionKey: { name: index.partition, type: dynamodb.AttributeType.STRING },
    ...(index.sort ? { sortKey: key(index.sort) } : {}),
    ...projection(index),
  });
}

function projection({ projects }: IndexShape) {
  if (projects === 'all') return { projectionType: dynamodb.ProjectionType.ALL };
  if (projects.length === 0) return { projectionType: dynamodb.ProjectionType.KEYS_ONLY };
  return { projectionType: dynamodb.ProjectionType.INCLUDE, nonKeyAttributes: [...projects] };
}

function key({ name, type }: { name: string; type: 'S' | 'N' }): dynamodb.Attribute {
  return { name, type: type === 'S' ? dynamodb.AttributeType.STRING : dynamodb.AttributeType.NUMBER };
}
