import { CfnOutput, CfnParameter, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { endpoints } from '../shared/api/contract/endpoints.ts';
import { volunteerEventsReceived } from '../shared/awards/contract/intake.ts';
import type { TableName } from '../shared/dynamo/tables.ts';
import { busSources } from '../shared/kernel/bus.ts';
import { resourceServer } from '../shared/people/contract/token-request.ts';
import type { Config } from './config.ts';
import { tellAlarms } from './constructs/alarm-topic.ts';
import { Api } from './constructs/api.ts';
import { Dashboard } from './constructs/dashboard.ts';
import { ScheduledRun } from './constructs/schedule.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import { deadLetterQueue, WorkQueue } from './constructs/work-queue.ts';
import { type FunctionName, type FunctionSpec, functionSpecs } from './functions.ts';
import type { StateStack } from './state-stack.ts';

/** Whose tokens are taken, and which of them are for us. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audiences: readonly string[];
}

/** All that can be thrown away and deployed anew: functions, API, queues, rules, schedules. */
export class ServiceStack extends Stack {
  private readonly functions: Readonly<Record<FunctionName, ServiceFunction>>;
  private readonly state: StateStack;

  constructor(
    scope: Construct,
    id: string,
    config: Config,
    state: StateStack,
    pool: TokenIssuer | undefined,
    props?: StackProps,
  ) {
    super(scope, id, props);
    this.state = state;
    const { issuer, audiences } = pool ?? this.issuerByParameters();

    this.functions = Object.fromEntries(
      Object.entries(functionSpecs).map(([name, spec]) => [name, this.function(name, spec, config)]),
    ) as Record<FunctionName, ServiceFunction>;
    for (const [name, spec] of Object.entries<FunctionSpec>(functionSpecs)) {
      if (!spec.tokens) continue;
      const verifier = this.functions[name as FunctionName];
      verifier.setVariable('TOKEN_ISSUER', issuer);
      verifier.setVariable('TOKEN_AUDIENCE', audiences.join(','));
    }

    const { api } = new Api(this, 'api', {
      config,
      issuer,
      audiences,
      scopePrefix: pool ? `${resourceServer}/` : '',
      endpoints,
      functionOf: name => this.functions[name as FunctionName].lambda,
    });
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });

    this.busIsOurs();
    this.awards();
    this.follow('ledger', 'publish-entries');
    this.follow('ledger', 'archive-entries');
    this.follow('redemptions', 'publish-redemptions');
    this.follow('rankings', 'publish-rankings');
    this.schedules(config);
    this.booksAreWatched();
    new Dashboard(this, 'dashboard');
    tellAlarms(this, this.state.alarmTopic);
  }

  /** Any issuer of OpenID Connect. */
  private issuerByParameters(): TokenIssuer {
    const issuer = new CfnParameter(this, 'TokenIssuer', {
      description: 'URL of the OIDC issuer of all tokens',
    });
    const audience = new CfnParameter(this, 'TokenAudience', { default: 'nuanxin' });
    return { issuer: issuer.valueAsString, audiences: [audience.valueAsString] };
  }

  private function(name: string, spec: FunctionSpec, config: Config): ServiceFunction {
    const made = new ServiceFunction(this, name, spec, config);
    for (const [table, accesses] of Object.entries(spec.tables)) {
      made.mayUse(table as TableName, this.state.tables[table as TableName], accesses);
    }
    if (spec.bus) {
      made.mayDo('events:PutEvents', this.state.bus.eventBusArn);
      made.setVariable('BUS_NAME', this.state.bus.eventBusName);
      made.alarmsOn('BusPutsFailed', 'bus-refuses', spec.ifItFails);
    }
    if (spec.adjustmentLimit) made.setVariable('ADJUSTMENT_POINTS_MAX', String(config.adjustmentPointsMax));
    if (spec.codeKeys) {
      made.mayDo('secretsmanager:GetSecretValue', this.state.codeKeys.secretArn);
      made.setVariable('CODE_KEYS_SECRET_ARN', this.state.codeKeys.secretArn);
    }
    if (spec.archive) {
      made.mayDo('s3:PutObject', this.state.entryArchive.arnForObjects('*'));
      made.setVariable('ARCHIVE_BUCKET', this.state.entryArchive.bucketName);
    }
    return made;
  }

  /**
   * Nobody but our functions may put on our bus, whatever else their own policies grant in this account: what stands on
   * it as a volunteer event is taken for one that was validated. It stands here and not beside the bus, for it names
   * the functions. What the services do by themselves, such as a replay from the archive, is nobody's call.
   */
  private busIsOurs(): void {
    const sid = 'NobodyElsePuts';
    const putters = Object.entries<FunctionSpec>(functionSpecs).flatMap(([name, { bus }]) =>
      bus ? [this.functions[name as FunctionName].roleArn] : [],
    );
    const statement = new iam.PolicyStatement({
      sid,
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['events:PutEvents'],
      resources: [this.state.bus.eventBusArn],
      conditions: {
        ArnNotEquals: { 'aws:PrincipalArn': putters },
        Bool: { 'aws:PrincipalIsAWSService': 'false' },
      },
    });
    new events.CfnEventBusPolicy(this, 'bus-is-ours', {
      eventBusName: this.state.bus.eventBusName,
      statementId: sid,
      statement: statement.toStatementJson(),
    });
  }

  /** Volunteer events: bus → queue → award-points. What could not be delivered to the queue has dead letters too. */
  private awards(): void {
    const awardPoints = this.functions['award-points'];
    const timeout = Duration.seconds(functionSpecs['award-points'].timeoutSeconds);
    const impact = functionSpecs['award-points'].ifItFails;
    const work = new WorkQueue(this, 'awards', {
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      impact,
    });
    const undelivered = deadLetterQueue(this, 'events-received-dead-letters', impact);
    new events.Rule(this, 'events-received', {
      eventBus: this.state.bus,
      eventPattern: { source: [busSources.intake], detailType: [volunteerEventsReceived] },
      targets: [
        new targets.SqsQueue(work.queue, {
          deadLetterQueue: undelivered,
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
    awardPoints.lambda.addEventSource(
      new sources.SqsEventSource(work.queue, {
        batchSize: 10,
        maxBatchingWindow: Duration.seconds(1),
        maxConcurrency: 10,
        reportBatchItemFailures: true,
      }),
    );
    awardPoints.setVariable('AWARD_QUEUE_URL', work.queue.queueUrl);
    awardPoints.mayDo('sqs:SendMessage', work.queue.queueArn);
    for (const [name, { seesAwardQueue }] of Object.entries<FunctionSpec>(functionSpecs)) {
      if (seesAwardQueue) seeAwardQueue(this.functions[name as FunctionName], work, undelivered);
    }
  }

  /** Functions that run by the clock; a schedule bears the name of its function. */
  private schedules(config: Config): void {
    for (const [name, spec] of Object.entries<FunctionSpec>(functionSpecs)) {
      const { schedule, continues, ifItFails: impact } = spec;
      const target = this.functions[name as FunctionName].lambda;
      const expression = typeof schedule === 'function' ? schedule(config) : schedule;
      if (expression) new ScheduledRun(this, `${name}-schedule`, { name, expression, target, impact });
      if (!continues) continue;
      const goOn = `${name}-continue`;
      new ScheduledRun(this, `${goOn}-schedule`, { name: goOn, expression: continues, target, impact });
    }
  }

  /** What must never happen is counted where it would be seen, and told at once. */
  private booksAreWatched(): void {
    const { reconcile } = this.functions;
    const differs =
      'The books do not agree: points, stock or a ranking may be wrong, and people may be told wrong numbers.';
    reconcile.alarmsOn('ReconcileDifferences', 'books-differ', differs);
    reconcile.alarmsWithout('ReconcileRunsFinished', 'books-not-checked', Duration.hours(26));
    for (const name of ['publish-entries', 'archive-entries'] as const) {
      const tampered =
        'Somebody has changed or deleted an entry of the ledger: what drivers earned may be forged.';
      this.functions[name].alarmsOn('LedgerTampered', 'ledger-tampered', tampered);
    }
    this.functions['close-month'].alarmsOn(
      'MonthClosingDelayed',
      'month-not-closed',
      'The month cannot be closed while events wait: its best drivers are announced later.',
    );
  }

  /** A function that sees every change of a table in order. It never gives up: a change that fails holds the rest. */
  private follow(table: TableName, name: FunctionName): void {
    this.functions[name].alarmsBehindStream();
    this.functions[name].lambda.addEventSource(
      new sources.DynamoEventSource(this.state.tables[table], {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        reportBatchItemFailures: true,
      }),
    );
  }
}

/** Where an accepted event can wait: on its way to the queue, in it, and behind it. */
function seeAwardQueue(by: ServiceFunction, work: WorkQueue, undelivered: sqs.Queue): void {
  const queues = {
    AWARD_QUEUE_URL: work.queue,
    AWARD_DEAD_LETTERS_URL: work.deadLetters,
    RECEIVED_DEAD_LETTERS_URL: undelivered,
  };
  for (const [variable, queue] of Object.entries(queues)) {
    by.mayDo('sqs:GetQueueAttributes', queue.queueArn);
    by.setVariable(variable, queue.queueUrl);
  }
}
