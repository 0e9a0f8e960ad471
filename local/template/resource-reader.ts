import * as z from 'zod';
import type { AuthorizerModel, Model } from './model.ts';
import { arn } from './names.ts';

/** The model while it is being read, with resources that only other resources refer to. */
export interface ModelDraft extends Model {
  integrations: Map<string, { functionName: string; timeoutMs: number }>;
  authorizers: Map<string, AuthorizerModel>;
}

export interface ResourceContext {
  /** `<stack>/<logical id>` */
  id: string;
  /** Physical name. */
  name: string;
  /** Values of `Ref` and of the attributes: see names.ts. */
  values: Record<string, string>;
}

/**
 * Adds one resource to the model. `properties` have all intrinsics resolved. Throws if they are not
 * supported.
 */
export type ResourceReader = (draft: ModelDraft, context: ResourceContext, properties: unknown) => void;

// CloudFormation also accepts numbers and booleans as strings, and parameters always give strings.
export const integer = z.coerce.number().int();
export const booleanFlag = z.union([
  z.boolean(),
  z.literal('true').transform(() => true),
  z.literal('false').transform(() => false),
]);

export const functionArnPrefix = arn('lambda', 'function:');
const queueArnPrefix = arn('sqs', '');

/** The function's name, from its ARN or its name. */
export function functionNameOf(value: string): string {
  return value.startsWith(functionArnPrefix) ? value.slice(functionArnPrefix.length) : value;
}

/** The queue's name from its ARN. Throws for any other ARN. */
export function queueNameOf(value: string): string {
  if (value.startsWith(queueArnPrefix)) return value.slice(queueArnPrefix.length);
  throw new Error(`${value} is not a queue: the local runtime sends failures to queues only`);
}

/** The queue of a `DestinationConfig`; undefined if it names none. */
export const failureDestination = z
  .object({ OnFailure: z.object({ Destination: z.string() }).optional() })
  .optional()
  .transform(value =>
    value?.OnFailure === undefined ? undefined : queueNameOf(value.OnFailure.Destination),
  );

/** The queue of a `DeadLetterConfig`; undefined if there is none. */
export const deadLetterQueue = z
  .object({ Arn: z.string() })
  .optional()
  .transform(value => (value === undefined ? undefined : queueNameOf(value.Arn)));

/** The retries of a `RetryPolicy`. */
export const retryAttempts = (byDefault: number) =>
  z
    .object({ MaximumRetryAttempts: integer.default(byDefault) })
    .optional()
    .transform(value => value?.MaximumRetryAttempts ?? byDefault);
