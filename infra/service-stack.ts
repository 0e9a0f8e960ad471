import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { endpoints } from '../shared/api/contract/endpoints.ts';
import { resourceServer } from '../shared/people/contract/token-request.ts';
import type { Config } from './config.ts';
import { notifyAlarms } from './constructs/alarm-topic.ts';
import { Api } from './constructs/api.ts';
import { addAwardIntake } from './constructs/award-intake.ts';
import { denyOtherPublishers } from './constructs/bus-policy.ts';
import { Dashboard } from './constructs/dashboard.ts';
import { Deployed } from './constructs/deployed.ts';
import { ScheduledRun } from './constructs/schedule.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import { publishesToBus } from './functions/grants.ts';
import { type FunctionName, type FunctionSpec, functionSpecs } from './functions/index.ts';
import type { StateStack } from './state-stack.ts';

/** The issuer whose tokens the API accepts, and the audiences that are ours. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audiences: readonly string[];
}

const specs = Object.entries<FunctionSpec>(functionSpecs) as [FunctionName, FunctionSpec][];

/**
 * Everything that can be deleted and deployed again without loss: functions, API, queues, rules and
 * schedules.
 */
export class ServiceStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    config: Config,
    state: StateStack,
    pool: TokenIssuer | undefined,
    props?: StackProps,
  ) {
    super(scope, id, props);
    const tokens = pool ?? issuerFromParameters(this);

    const functions = Object.fromEntries(
      specs.map(([name, spec]) => [name, new ServiceFunction(this, name, spec, config)]),
    ) as Record<FunctionName, ServiceFunction>;

    const { api } = new Api(this, 'api', {
      config,
      ...tokens,
      scopePrefix: pool ? `${resourceServer}/` : '',
      endpoints,
      functionOf: name => functions[name as FunctionName].lambda,
    });
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });

    const publishers = specs.filter(([, { grants }]) => grants.includes(publishesToBus));
    denyOtherPublishers(
      this,
      state.bus,
      publishers.map(([name]) => functions[name].roleArn),
    );
    const awards = addAwardIntake(this, state.bus, functionSpecs['award-points']);

    const deployed = new Deployed(config, state, awards, tokens);
    for (const [name, { grants, worksOn, follows, alarms = [] }] of specs) {
      functions[name].grant(grants, deployed);
      if (worksOn) functions[name].workOn(awards.work.queue);
      if (follows) functions[name].follow(state.tables[follows]);
      for (const alarm of alarms) functions[name].alarmOn(alarm);
    }
    for (const [name, spec] of specs) addSchedules(this, name, spec, functions[name], config);

    new Dashboard(this, 'dashboard');
    notifyAlarms(this, state.alarmTopic);
  }
}

/** For the stage `oidc`: the deployment names any OpenID Connect issuer by parameters. */
function issuerFromParameters(stack: Stack): TokenIssuer {
  const issuer = new CfnParameter(stack, 'TokenIssuer', {
    description: 'URL of the OIDC issuer of all tokens',
  });
  const audience = new CfnParameter(stack, 'TokenAudience', { default: 'nuanxin' });
  return { issuer: issuer.valueAsString, audiences: [audience.valueAsString] };
}

/** A schedule has the name of its function; the one that resumes unfinished runs ends in `-continue`. */
function addSchedules(
  stack: Stack,
  name: string,
  { schedule, continueSchedule, ifItFails: impact }: FunctionSpec,
  { lambda: target }: ServiceFunction,
  config: Config,
): void {
  const expressions = {
    [name]: typeof schedule === 'function' ? schedule(config) : schedule,
    [`${name}-continue`]: continueSchedule,
  };
  for (const [name, expression] of Object.entries(expressions)) {
    if (expression) new ScheduledRun(stack, `${name}-schedule`, { name, expression, target, impact });
  }
}
