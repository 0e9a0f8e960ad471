import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { bundleFolder } from '../bundles.ts';
import type { Config } from '../config.ts';
import type { Grant } from '../functions/grants.ts';
import type { FunctionSpec, MetricAlarm } from '../functions/spec.ts';
import { Alarm, domainMetric } from './alarm.ts';
import type { Deployed } from './deployed.ts';

/**
 * Lambda reads a change within a second. An age of 5 minutes means that one failing record blocks the stream.
 */
const streamAgeMaxMs = 300_000;

/**
 * A Lambda function with its own role, its log and its alarms. The role may only write the log until `grant`.
 */
export class ServiceFunction extends Construct {
  readonly lambda: lambda.Function;
  private readonly role: iam.Role;
  private readonly spec: FunctionSpec;

  constructor(scope: Construct, name: string, spec: FunctionSpec, config: Config) {
    super(scope, name);
    this.spec = spec;
    const logGroup = new logs.LogGroup(this, 'log', {
      retention: config.logDays as logs.RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.lambda = new lambda.Function(this, 'function', {
      description: spec.purpose,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(bundleFolder(name)),
      role: this.role,
      memorySize: spec.memoryMb,
      timeout: Duration.seconds(spec.timeoutSeconds),
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      environment: { POWERTOOLS_LOG_LEVEL: 'INFO' },
    });
    this.alarmOnFailure();
  }

  get roleArn(): string {
    return this.role.roleArn;
  }

  /** Adds the permissions of these grants to the role, sets their variables, and adds their alarms. */
  grant(grants: readonly Grant[], deployed: Deployed): void {
    const byResource = Map.groupBy(
      grants.flatMap(({ permissions }) => permissions),
      ({ on }) => on,
    );
    for (const { action, on, index } of [...byResource.values()].flat()) {
      const arn = deployed.arnOf(on);
      const resource = index ? `${arn}/index/${index}` : arn;
      this.role.addToPolicy(new iam.PolicyStatement({ actions: [action], resources: [resource] }));
    }
    for (const { variables, alarmOn } of grants) {
      for (const [variable, source] of Object.entries(variables)) {
        this.lambda.addEnvironment(variable, deployed.valueOf(source));
      }
      if (!alarmOn) continue;
      const { metric: above0, runbook } = alarmOn;
      this.alarmOn({ above0, runbook, impact: this.spec.ifItFails });
    }
  }

  /**
   * Invokes the function with the messages of the queue. The function reports which messages of a batch
   * failed.
   */
  workOn(queue: sqs.IQueue): void {
    this.lambda.addEventSource(
      new sources.SqsEventSource(queue, {
        batchSize: 10,
        maxBatchingWindow: Duration.seconds(1),
        maxConcurrency: 10,
        reportBatchItemFailures: true,
      }),
    );
  }

  /**
   * Invokes the function with the table's changes, in order. A failing record blocks the records after it.
   */
  follow(table: dynamodb.ITable): void {
    new Alarm(this, 'is-behind', {
      impact: this.spec.ifItFails,
      runbook: 'stream-is-behind',
      metric: this.lambda.metric('IteratorAge', {
        statistic: cloudwatch.Stats.MAXIMUM,
        period: Duration.minutes(1),
      }),
      when: { above: streamAgeMaxMs },
      periods: 5,
    });
    this.lambda.addEventSource(
      new sources.DynamoEventSource(table, {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        reportBatchItemFailures: true,
      }),
    );
  }

  /** Alarms on a metric that the function counts: when it is above 0, or when it is missing for too long. */
  alarmOn(alarm: MetricAlarm): void {
    const { runbook } = alarm;
    const { functionName } = this.lambda;
    if ('above0' in alarm) {
      const metric = domainMetric(alarm.above0, functionName);
      new Alarm(this, runbook, { impact: alarm.impact, runbook, metric, when: { above: 0 } });
    } else {
      new Alarm(this, runbook, {
        impact: this.spec.ifItFails,
        runbook,
        metric: domainMetric(alarm.missing, functionName, Duration.hours(1)),
        when: { below: 1 },
        periods: alarm.forHours,
      });
    }
  }

  /**
   * `FILL` counts a missing metric as 0: when every call is throttled, Lambda reports no errors metric at
   * all.
   */
  private alarmOnFailure(): void {
    const period = Duration.minutes(5);
    const { refusalMetric } = this.spec;
    const refused = refusalMetric && domainMetric(refusalMetric, this.lambda.functionName, period);
    new Alarm(this, 'fails', {
      impact: this.spec.ifItFails,
      runbook: 'function-fails',
      metric: new cloudwatch.MathExpression({
        expression: `FILL(errors, 0) + FILL(throttles, 0)${refused ? ' - FILL(refused, 0)' : ''}`,
        label: 'errors and throttles',
        usingMetrics: {
          errors: this.lambda.metricErrors({ period }),
          throttles: this.lambda.metricThrottles({ period }),
          ...(refused ? { refused } : {}),
        },
        period,
      }),
      when: { above: 0 },
    });
  }
}
