import * as z from 'zod';
import type { RuleTarget } from './model.ts';
import {
  deadLetterQueue,
  functionArnPrefix,
  functionNameOf,
  integer,
  queueNameOf,
  type ResourceReader,
  retryAttempts,
} from './resource-reader.ts';

const queueShape = z.object({
  VisibilityTimeout: integer.default(30),
  DelaySeconds: integer.default(0),
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.string(), maxReceiveCount: integer.positive() })
    .optional(),
});

export const readQueue: ResourceReader = (draft, { name, values }, properties) => {
  const shape = queueShape.parse(properties);
  draft.queues.set(name, {
    name,
    arn: values.Arn ?? '',
    visibilityMs: shape.VisibilityTimeout * 1000,
    delayMs: shape.DelaySeconds * 1000,
    redrive: shape.RedrivePolicy && {
      queue: queueNameOf(shape.RedrivePolicy.deadLetterTargetArn),
      maxReceiveCount: shape.RedrivePolicy.maxReceiveCount,
    },
  });
};

export const readBus: ResourceReader = (draft, { name }) => {
  draft.buses.add(name);
};

const ruleShape = z.object({
  EventBusName: z.string().default('default'),
  EventPattern: z.record(z.string(), z.unknown()),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z
    .array(z.object({ Arn: z.string(), DeadLetterConfig: deadLetterQueue, RetryPolicy: retryAttempts(185) }))
    .default([]),
});

export const readRule: ResourceReader = (draft, { id }, properties) => {
  const shape = ruleShape.parse(properties);
  if (shape.State === 'DISABLED') return;
  const targets = shape.Targets.map((target): RuleTarget => {
    const kind = target.Arn.startsWith(functionArnPrefix) ? 'function' : 'queue';
    const name = kind === 'function' ? functionNameOf(target.Arn) : queueNameOf(target.Arn);
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
    RetryPolicy: retryAttempts(185),
    DeadLetterConfig: deadLetterQueue,
  }),
});
const scheduleInput = z.looseObject({ schedule: z.string().optional() });

export const readSchedule: ResourceReader = (draft, { name }, properties) => {
  const shape = scheduleShape.parse(properties);
  draft.schedules.push({
    name: scheduleInput.parse(JSON.parse(shape.Target.Input)).schedule ?? name,
    expression: shape.ScheduleExpression,
    timeZone: shape.ScheduleExpressionTimezone,
    enabled: shape.State === 'ENABLED',
    functionName: functionNameOf(shape.Target.Arn),
    input: shape.Target.Input,
    maxRetries: shape.Target.RetryPolicy,
    deadLetters: shape.Target.DeadLetterConfig,
  });
};
