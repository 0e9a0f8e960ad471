import type { Forward, Sent, Verdict } from '../stage/wire.ts';
import { conflict, failure, throttled } from './answers.ts';
import { failedEntries, partialBatch, shortPage } from './partial.ts';

/** A fault of one SDK call. */
export interface WireKind {
  /** What goes wrong, for people. */
  readonly words: string;
  readonly appliesTo: (operation: string) => boolean;
  /** Whether every attempt of the SDK fails, or only the first. */
  readonly attempts: 'all' | 'first';
  readonly around: (sent: Sent, forward: Forward) => Promise<Verdict>;
  /** What is ended at this point. */
  readonly ends?: 'function' | 'platform';
}

const always = () => true;
const oneOf =
  (...operations: string[]) =>
  (operation: string) =>
    operations.includes(operation);
const writes = oneOf(
  'DynamoDB TransactWriteItems',
  'DynamoDB PutItem',
  'DynamoDB UpdateItem',
  'DynamoDB DeleteItem',
);

const executeAndFail = async (sent: Sent, forward: Forward) => {
  await forward();
  return failure(sent);
};
const executeInSilence = async (_: Sent, forward: Forward) => {
  await forward();
  return 'silence' as const;
};

export const wireKinds = {
  failed: {
    words: 'fails before it is executed, at every attempt',
    appliesTo: always,
    attempts: 'all',
    around: async sent => failure(sent),
  },
  cut: {
    words: 'the connection breaks before it is executed; the SDK retries',
    appliesTo: always,
    attempts: 'first',
    around: async () => 'cut',
  },
  'failed after': {
    words: 'is executed but answered with an error, at every attempt',
    appliesTo: always,
    attempts: 'all',
    around: executeAndFail,
  },
  'answer lost': {
    words: 'is executed but the answer is lost; the SDK retries',
    appliesTo: always,
    attempts: 'first',
    around: async (_, forward) => {
      await forward();
      return 'cut';
    },
  },
  throttled: {
    words: 'is throttled, at every attempt',
    appliesTo: always,
    attempts: 'all',
    around: async sent => throttled(sent),
  },
  'time-out': {
    words: 'is executed but never answered; the SDK times out and retries',
    appliesTo: always,
    attempts: 'first',
    around: executeInSilence,
  },
  conflict: {
    words: 'conflicts with another transaction (TransactionConflict)',
    appliesTo: writes,
    attempts: 'first',
    around: async sent => conflict(sent),
  },
  partial: {
    words: 'a batch is read in part (UnprocessedKeys)',
    appliesTo: oneOf('DynamoDB BatchGetItem'),
    attempts: 'first',
    around: partialBatch,
  },
  page: {
    words: 'a page of a query or scan ends after one item',
    appliesTo: oneOf('DynamoDB Query', 'DynamoDB Scan'),
    attempts: 'first',
    around: shortPage,
  },
  'first entry': {
    words: 'PutEvents answers 200 but rejects the first entry',
    appliesTo: oneOf('EventBridge PutEvents'),
    attempts: 'first',
    around: failedEntries(index => index === 0),
  },
  'last entry': {
    words: 'PutEvents answers 200 but rejects the last entry',
    appliesTo: oneOf('EventBridge PutEvents'),
    attempts: 'first',
    around: failedEntries((index, count) => index === count - 1),
  },
  'limit before': {
    words: 'the function reaches its time limit before the call is executed',
    appliesTo: always,
    attempts: 'first',
    around: async () => 'silence',
    ends: 'function',
  },
  'limit after': {
    words: 'the function reaches its time limit after the call was executed',
    appliesTo: always,
    attempts: 'first',
    around: executeInSilence,
    ends: 'function',
  },
  'kill before': {
    words: 'the platform is killed with SIGKILL before the call is executed',
    appliesTo: always,
    attempts: 'first',
    around: async () => 'silence',
    ends: 'platform',
  },
  'kill after': {
    words: 'the platform is killed with SIGKILL after the call was executed',
    appliesTo: always,
    attempts: 'first',
    around: executeInSilence,
    ends: 'platform',
  },
} as const satisfies Record<string, WireKind>;

export type WireKindName = keyof typeof wireKinds;
