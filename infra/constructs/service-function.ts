import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type TableName, tableVariable } from '../../shared/dynamo/tables.ts';
import { bundleFolder } from '../bundles.ts';
import type { Config } from '../config.ts';
import type { Access, FunctionSpec } from '../functions.ts';
import { Alarm, domainMetric, type RunbookSection } from './alarm.ts';

const actions: Readonly<Record<string, string>> = {
  get: 'dynamodb:GetItem',
  batchGet: 'dynamodb:BatchGetItem',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  check: 'dynamodb:ConditionCheckItem',
  query: 'dynamodb:Query',
  scan: 'dynamodb:Scan',
};

/** A function with a role of its own, which may write its log and, by the verbs below, just what it is granted. */
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
    this.alarmsOnFailure();
  }

  get roleArn(): string {
    return this.role.roleArn;
  }

  /** Alarms as soon as the function counts such a thing. */
  alarmsOn(metric: string, runbook: RunbookSection, impact: string): void {
    const counted = domainMetric(metric, this.lambda.functionName);
    new Alarm(this, runbook, { impact, runbook, metric: counted, when: { above: 0 } });
  }

  /** Alarms where the function has not counted such a thing for so long. */
  alarmsWithout(metric: string, runbook: RunbookSection, silence: Duration): void {
    const period = Duration.hours(1);
    new Alarm(this, runbook, {
      impact: this.spec.ifItFails,
      runbook,
      metric: domainMetric(metric, this.lambda.functionName, period),
      when: { below: 1 },
      periods: silence.toHours(),
    });
  }

  /** It follows a stream: alarms where it has fallen behind. */
  alarmsBehindStream(): void {
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
  }

  /** What is not told counts as none: where every call is throttled, there is no number of errors at all. */
  private alarmsOnFailure(): void {
    const period = Duration.minutes(5);
    const { refusesAs } = this.spec;
    const refused = refusesAs && domainMetric(refusesAs, this.lambda.functionName, period);
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

  /** Grants these accesses, and tells the function the table's name. */
  mayUse(tableName: TableName, table: dynamodb.Table, accesses: readonly Access[]): void {
    for (const access of accesses) {
      const [word = access, index] = access.split(':');
      this.mayDo(
        actions[word] ?? unknownAccess(access),
        index ? `${table.tableArn}/index/${index}` : table.tableArn,
      );
    }
    this.setVariable(tableVariable(tableName), table.tableName);
  }

  mayDo(action: string, resource: string): void {
    this.role.addToPolicy(new iam.PolicyStatement({ actions: [action], resources: [resource] }));
  }

  setVariable(name: string, value: string): void {
    this.lambda.addEnvironment(name, value);
  }
}

/** A change is followed within a second: minutes mean that one record holds up all behind it. */
const streamAgeMaxMs = 300_000;

function unknownAccess(access: string): never {
  throw new Error(`no action is known for the access ${access}`);
}
