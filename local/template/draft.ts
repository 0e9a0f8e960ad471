import * as z from 'zod';
import type { Model, RouteModel } from './model.ts';
import { arn } from './names.ts';

/** A model being read: beside what will be run, what only other resources of the template refer to. */
export interface Draft extends Model {
  integrations: Map<string, { functionName: string; timeoutMs: number }>;
  authorizers: Map<string, NonNullable<RouteModel['authorizer']>>;
}

export interface ReadContext {
  id: string;
  name: string;
  values: Record<string, string>;
}

export type Reader = (draft: Draft, context: ReadContext, properties: unknown) => void;

// CloudFormation takes numbers and booleans as text too, and so do parameters give them.
export const whole = z.coerce.number().int();
export const flag = z.union([
  z.boolean(),
  z.literal('true').transform(() => true),
  z.literal('false').transform(() => false),
]);

export const functionArnPrefix = arn('lambda', 'function:');
const queueArnPrefix = arn('sqs', '');

export function functionOf(value: string): string {
  return value.startsWith(functionArnPrefix) ? value.slice(functionArnPrefix.length) : value;
}

export function queueOf(value: string): string {
  if (!value.startsWith(queueArnPrefix))
    throw new Error(`${value} is no queue: only queues take failures here`);
  return value.slice(queueArnPrefix.length);
}
