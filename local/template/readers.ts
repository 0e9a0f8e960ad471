import * as z from 'zod';
import { flag, functionArnPrefix, functionOf, queueOf, type Reader, whole } from './draft.ts';
import type { RuleTarget } from './model.ts';
import { arn } from './names.ts';
import { apiReaders } from './read-api.ts';
import { readPolicy } from './read-policy.ts';

const tableArnPrefix = arn('dynamodb', 'table/');

const failureDestination = z
  .object({ OnFailure: z.object({ Destination: z.string() }).optional() })
  .optional()
  .transform(value => (value?.OnFailure === undefined ? undefined : queueOf(value.OnFailure.Destination)));
const deadLetters = z
  .object({ Arn: z.string() })
  .optional()
  .transform(value => (value === undefined ? undefined : queueOf(value.Arn)));
const retries = (byDefault: number) =>
  z
    .object({ MaximumRetryAttempts: whole.default(byDefault) })
    .optional()
    .transform(value => value?.MaximumRetryAttempts ?? byDefault);

const tableShape = z.object({
  KeySchema: z.array(z.unknown()),
  AttributeDefinitions: z.array(z.unknown()),
  GlobalSecondaryIndexes: z.array(z.looseObject({})).optional(),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
});

const readTable: Reader = (draft, { name }, properties) => {
  const table = tableShape.parse(properties);
  draft.tables.push({
    name,
    keySchema: table.KeySchema,
    attributeDefinitions: table.AttributeDefinitions,
    indexes: table.GlobalSecondaryIndexes,
    streamViewType: table.StreamSpecification?.StreamViewType,
  });
};

const functionShape = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Role: z.string().default(''),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }).optional(),
  MemorySize: whole.default(128),
  Timeout: whole.default(3),
  ReservedConcurrentExecutions: whole.optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
  PackageType: z.literal('Zip').optional(),
});

const readFunction: Reader = (draft, { name, values }, properties) => {
  const shape = functionShape.parse(properties);
  draft.functions.set(name, {
    name,
    arn: values.Arn ?? '',
    role: shape.Role.split('/').at(-1) ?? '',
    s3Key: shape.Code.S3Key,
    handler: shape.Handler,
    environment: shape.Environment?.Variables ?? {},
    memoryMb: shape.MemorySize,
    timeoutMs: shape.Timeout * 1000,
    reservedConcurrency: shape.ReservedConcurrentExecutions,
    asyncRetries: 2,
    asyncFailureQueue: shape.DeadLetterConfig && queueOf(shape.DeadLetterConfig.TargetArn),
  });
};

const invokeConfigShape = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: whole.default(2),
  DestinationConfig: failureDestination,
});

const readInvokeConfig: Reader = (draft, _context, properties) => {
  const shape = invokeConfigShape.parse(properties);
  const target = draft.functions.get(functionOf(shape.FunctionName));
  if (target === undefined) throw new Error(`there is no function ${shape.FunctionName}`);
  target.asyncRetries = shape.MaximumRetryAttempts;
  target.asyncFailureQueue = shape.DestinationConfig ?? target.asyncFailureQueue;
};

const queueShape = z.object({
  VisibilityTimeout: whole.default(30),
  DelaySeconds: whole.default(0),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: whole.positive() }).optional(),
});

const readQueue: Reader = (draft, { name, values }, properties) => {
  const shape = queueShape.parse(properties);
  draft.queues.set(name, {
    name,
    arn: values.Arn ?? '',
    visibilityMs: shape.VisibilityTimeout * 1000,
    delayMs: shape.DelaySeconds * 1000,
    redrive: shape.RedrivePolicy && {
      queue: queueOf(shape.RedrivePolicy.deadLetterTargetArn),
      maxReceiveCount: shape.RedrivePolicy.maxReceiveCount,
    },
  });
};

const mappingShape = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: flag.default(true),
  BatchSize: whole.positive().optional(),
  MaximumBatchingWindowInSeconds: whole.default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
  ScalingConfig: z.object({ MaximumConcurrency: whole.optional() }).optional(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).default('TRIM_HORIZON'),
  BisectBatchOnFunctionError: flag.default(false),
  MaximumRetryAttempts: whole.default(-1),
  DestinationConfig: failureDestination,
});

const readMapping: Reader = (draft, { id }, properties) => {
  const shape = mappingShape.parse(properties);
  if (!shape.Enabled) return;
  const fromStream = shape.EventSourceArn.startsWith(tableArnPrefix);
  const base = {
    id,
    functionName: functionOf(shape.FunctionName),
    batchSize: shape.BatchSize ?? (fromStream ? 100 : 10),
    windowMs: shape.MaximumBatchingWindowInSeconds * 1000,
    reportsItemFailures: shape.FunctionResponseTypes.length > 0,
    filters: shape.FilterCriteria?.Filters.map(({ Pattern }) => Pattern) ?? [],
  };
  if (!fromStream) {
    const concurrency = shape.ScalingConfig?.MaximumConcurrency ?? 2;
    draft.queueMappings.push({ ...base, queue: queueOf(shape.EventSourceArn), concurrency });
    return;
  }
  draft.streamMappings.push({
    ...base,
    table: shape.EventSourceArn.slice(tableArnPrefix.length).split('/')[0] ?? '',
    streamArn: shape.EventSourceArn,
    fromLatest: shape.StartingPosition === 'LATEST',
    bisects: shape.BisectBatchOnFunctionError,
    maxRetries: shape.MaximumRetryAttempts,
    failureQueue: shape.DestinationConfig,
  });
};

const ruleShape = z.object({
  EventBusName: z.string().default('default'),
  EventPattern: z.record(z.string(), z.unknown()),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z
    .array(z.object({ Arn: z.string(), DeadLetterConfig: deadLetters, RetryPolicy: retries(185) }))
    .default([]),
});

const readRule: Reader = (draft, { id }, properties) => {
  const shape = ruleShape.parse(properties);
  if (shape.State === 'DISABLED') return;
  const targets = shape.Targets.map((target): RuleTarget => {
    const kind = target.Arn.startsWith(functionArnPrefix) ? 'function' : 'queue';
    const name = kind === 'function' ? functionOf(target.Arn) : queueOf(target.Arn);
    return { kind, name, deadLetters: target.DeadLetterConfig };
  });
  draft.rules.push({ id, bus: shape.EventBusName, pattern: shape.EventPattern, targets });
};

const scheduleShape = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: z.object({
    Arn: z.string(),
    Input: z.string().default('{}'),
    RetryPolicy: retries(185),
    DeadLetterConfig: deadLetters,
  }),
});
const scheduleInput = z.looseObject({ schedule: z.string().optional() });

const readSchedule: Reader = (draft, { name }, properties) => {
  const shape = scheduleShape.parse(properties);
  draft.schedules.push({
    name: scheduleInput.parse(JSON.parse(shape.Target.Input)).schedule ?? name,
    expression: shape.ScheduleExpression,
    timeZone: shape.ScheduleExpressionTimezone,
    enabled: shape.State === 'ENABLED',
    functionName: functionOf(shape.Target.Arn),
    input: shape.Target.Input,
    maxRetries: shape.Target.RetryPolicy,
    deadLetters: shape.Target.DeadLetterConfig,
  });
};

const secretShape = z.object({
  SecretString: z.string().optional(),
  GenerateSecretString: z
    .strictObject({
      PasswordLength: whole.default(32),
      ExcludeCharacters: z.string().default(''),
      ExcludePunctuation: flag.default(false),
      IncludeSpace: flag.default(false),
      SecretStringTemplate: z.string().optional(),
      GenerateStringKey: z.string().optional(),
    })
    .optional(),
});

const readSecret: Reader = (draft, { name, values }, properties) => {
  const { SecretString, GenerateSecretString: generate } = secretShape.parse(properties);
  draft.secrets.push({
    name,
    arn: values.Ref ?? '',
    fixed: SecretString,
    generate: generate && {
      passwordLength: generate.PasswordLength,
      excludeCharacters: generate.ExcludeCharacters,
      excludePunctuation: generate.ExcludePunctuation,
      includeSpace: generate.IncludeSpace,
      template: generate.SecretStringTemplate,
      key: generate.GenerateStringKey,
    },
  });
};

/** One reader a type, in reading order: what is referred to comes before what refers to it. */
export const readers: Record<string, Reader> = {
  'AWS::DynamoDB::Table': readTable,
  'AWS::SQS::Queue': readQueue,
  'AWS::S3::Bucket': (draft, { name }) => draft.buckets.add(name),
  'AWS::SecretsManager::Secret': readSecret,
  'AWS::Events::EventBus': (draft, { name }) => draft.buses.add(name),
  'AWS::IAM::Policy': readPolicy,
  'AWS::Lambda::Function': readFunction,
  'AWS::Lambda::EventInvokeConfig': readInvokeConfig,
  'AWS::Lambda::EventSourceMapping': readMapping,
  'AWS::Events::Rule': readRule,
  'AWS::Scheduler::Schedule': readSchedule,
  ...apiReaders,
};
