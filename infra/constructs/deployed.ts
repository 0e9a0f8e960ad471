import type { Config } from '../config.ts';
import type { ResourceName, SettingName } from '../functions/grants.ts';
import type { StateStack } from '../state-stack.ts';
import type { AwardIntake } from './award-intake.ts';

interface Resource {
  readonly arn: string;
  /** The name or URL by which a function addresses the resource. */
  readonly value: string;
}

/** Resolves the names that grants use to the ARNs and values of one deployment. */
export class Deployed {
  private readonly resources: Partial<Record<ResourceName, Resource>>;
  private readonly settings: Partial<Record<SettingName, string>>;

  /** The identity stack passes neither `awards` nor `tokens`, because its function needs neither. */
  constructor(
    config: Config,
    state: StateStack,
    awards?: AwardIntake,
    tokens?: { readonly issuer: string; readonly audiences: readonly string[] },
  ) {
    this.resources = {
      ...tablesOf(state),
      bus: { arn: state.bus.eventBusArn, value: state.bus.eventBusName },
      'code-keys': { arn: state.codeKeys.secretArn, value: state.codeKeys.secretArn },
      'entry-archive': { arn: state.entryArchive.arnForObjects('*'), value: state.entryArchive.bucketName },
      ...(awards && queuesOf(awards)),
    };
    this.settings = {
      'adjustment-points-max': String(config.adjustmentPointsMax),
      ...(tokens && { 'token-issuer': tokens.issuer, 'token-audience': tokens.audiences.join(',') }),
    };
  }

  arnOf(name: ResourceName): string {
    return this.resources[name]?.arn ?? missing(name);
  }

  valueOf(name: ResourceName | SettingName): string {
    const { resources, settings } = this;
    return resources[name as ResourceName]?.value ?? settings[name as SettingName] ?? missing(name);
  }
}

function tablesOf({ tables }: StateStack): Partial<Record<ResourceName, Resource>> {
  return Object.fromEntries(
    Object.entries(tables).map(([name, { tableArn, tableName }]) => [
      `${name}-table`,
      { arn: tableArn, value: tableName },
    ]),
  );
}

function queuesOf({ work, undelivered }: AwardIntake): Partial<Record<ResourceName, Resource>> {
  const queues = {
    'award-queue': work.queue,
    'award-dead-letters': work.deadLetters,
    'undelivered-events': undelivered,
  };
  return Object.fromEntries(
    Object.entries(queues).map(([name, { queueArn, queueUrl }]) => [
      name,
      { arn: queueArn, value: queueUrl },
    ]),
  );
}

function missing(name: string): never {
  throw new Error(`A grant names ${name}, which this stack does not have.`);
}
