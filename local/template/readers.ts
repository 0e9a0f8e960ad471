import { apiReaders } from './read-api.ts';
import { readBus, readQueue, readRule, readSchedule } from './read-events.ts';
import { readFunction, readInvokeConfig, readMapping } from './read-functions.ts';
import { readPolicy } from './read-policy.ts';
import { readBucket, readSecret, readTable } from './read-storage.ts';
import type { ResourceReader } from './resource-reader.ts';

/**
 * The reader of each resource type that is run and has a place in the model. The keys are in reading order: a
 * type comes after the types that its resources refer to.
 */
export const readers: Record<string, ResourceReader> = {
  'AWS::DynamoDB::Table': readTable,
  'AWS::SQS::Queue': readQueue,
  'AWS::S3::Bucket': readBucket,
  'AWS::SecretsManager::Secret': readSecret,
  'AWS::Events::EventBus': readBus,
  'AWS::IAM::Policy': readPolicy,
  'AWS::Lambda::Function': readFunction,
  'AWS::Lambda::EventInvokeConfig': readInvokeConfig,
  'AWS::Lambda::EventSourceMapping': readMapping,
  'AWS::Events::Rule': readRule,
  'AWS::Scheduler::Schedule': readSchedule,
  ...apiReaders,
};
