import * as z from 'zod';
import { arn } from './names.ts';
import {
  booleanFlag,
  failureDestination,
  functionNameOf,
  integer,
  queueNameOf,
  type ResourceReader,
} from './resource-reader.ts';

const tableArnPrefix = arn('dynamodb', 'table/');

const functionShape = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Role: z.string().default(''),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }).optional(),
  MemorySize: integer.default(128),
  Timeout: integer.default(3),
  ReservedConcurrentExecutions: integer.optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
  PackageType: z.literal('Zip').optional(),
});

export const readFunction: ResourceReader = (draft, { name, values }, properties) => {
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
    asyncFailureQueue: shape.DeadLetterConfig && queueNameOf(shape.DeadLetterConfig.TargetArn),
  });
};

const invokeConfigShape = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: integer.default(2),
  DestinationConfig: failureDestination,
});

export const readInvokeConfig: ResourceReader = (draft, _context, properties) => {
  const shape = invokeConfigShape.parse(properties);
  const target = draft.functions.get(functionNameOf(shape.FunctionName));
  if (target === undefined) throw new Error(`the templates define no function ${shape.FunctionName}`);
  target.asyncRetries = shape.MaximumRetryAttempts;
  target.asyncFailureQueue = shape.DestinationConfig ?? target.asyncFailureQueue;
};

const mappingShape = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: booleanFlag.default(true),
  BatchSize: integer.positive().optional(),
  MaximumBatchingWindowInSeconds: integer.default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
  ScalingConfig: z.object({ MaximumConcurrency: integer.optional() }).optional(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).default('TRIM_HORIZON'),
  BisectBatchOnFunctionError: booleanFlag.default(false),
  MaximumRetryAttempts: integer.default(-1),
  DestinationConfig: failureDestination,
});

export const readMapping: ResourceReader = (draft, { id }, properties) => {
  const shape = mappingShape.parse(properties);
  if (!shape.Enabled) return;
  const fromStream = shape.EventSourceArn.startsWith(tableArnPrefix);
  const base = {
    id,
    functionName: functionNameOf(shape.FunctionName),
    batchSize: shape.BatchSize ?? (fromStream ? 100 : 10),
    windowMs: shape.MaximumBatchingWindowInSeconds * 1000,
    reportsItemFailures: shape.FunctionResponseTypes.length > 0,
    filters: shape.FilterCriteria?.Filters.map(({ Pattern }) => Pattern) ?? [],
  };
  if (!fromStream) {
    const concurrency = shape.ScalingConfig?.MaximumConcurrency ?? 2;
    draft.queueMappings.push({ ...base, queue: queueNameOf(shape.EventSourceArn), concurrency });
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
