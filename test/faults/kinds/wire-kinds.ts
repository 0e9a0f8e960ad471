import type { Forward, Sent, Verdict } from '../stage/wire.ts';
import { conflict, failure, throttled } from './answers.ts';
import { failedEntries, partialBatch, shortPage } from './partial.ts';

/** What may become of one SDK call. */
export interface WireKind {
  /** What goes wrong, for people. */
  readonly words: string;
  readonly concerns: (operation: string) => boolean;
  /** Whether all attempts that the SDK makes of the call fail alike, or the first alone. */
  readonly attempts: 'all' | 'first';
  readonly around: (sent: Sent, forward: Forward) => Promise<Verdict>;
  /** What ends as soon as the call has come so far. */
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

const unheard = async (sent: Sent, forward: Forward) => {
  await forward();
  return failure(sent);
};
const carriedOutInSilence = async (_: Sent, forward: Forward) => {
  await forward();
  return 'silence' as const;
};

export const wireKinds = {
  refused: {
    words: 'fails before it is carried out, at every attempt',
    concerns: always,
    attempts: 'all',
    around: async sent => failure(sent),
  },
  cut: {
    words: 'the connection breaks before it is carried out; the SDK sends it again',
    concerns: always,
    attempts: 'first',
    around: async () => 'cut',
  },
  unheard: {
    words: 'is carried out and answered with an error, at every attempt',
    concerns: always,
    attempts: 'all',
    around: unheard,
  },
  lost: {
    words: 'is carried out and its answer lost; the SDK sends it again',
    concerns: always,
    attempts: 'first',
    around: async (_, forward) => {
      await forward();
      return 'cut';
    },
  },
  throttled: {
    words: 'is throttled, at every attempt',
    concerns: always,
    attempts: 'all',
    around: async sent => throttled(sent),
  },
  'time-out': {
    words: 'is carried out and never answered; the SDK waits no longer and sends it again',
    concerns: always,
    attempts: 'first',
    around: carriedOutInSilence,
  },
  conflict: {
    words: 'meets another transaction on its item (TransactionConflict)',
    concerns: writes,
    attempts: 'first',
    around: async sent => conflict(sent),
  },
  partial: {
    words: 'a batch is read in part (UnprocessedKeys)',
    concerns: oneOf('DynamoDB BatchGetItem'),
    attempts: 'first',
    around: partialBatch,
  },
  page: {
    words: 'a page of a query or scan ends after one item',
    concerns: oneOf('DynamoDB Query', 'DynamoDB Scan'),
    attempts: 'first',
    around: shortPage,
  },
  'first entry': {
    words: 'PutEvents answers 200 and has refused the first entry',
    concerns: oneOf('EventBridge PutEvents'),
    attempts: 'first',
    around: failedEntries(index => index === 0),
  },
  'last entry': {
    words: 'PutEvents answers 200 and has refused the last entry',
    concerns: oneOf('EventBridge PutEvents'),
    attempts: 'first',
    around: failedEntries((index, count) => index === count - 1),
  },
  'limit before': {
    words: 'the function is ended at its time limit, before the call is carried out',
    concerns: always,
    attempts: 'first',
    around: async () => 'silence',
    ends: 'function',
  },
  'limit after': {
    words: 'the function is ended at its time limit, after the call was carried out',
    concerns: always,
    attempts: 'first',
    around: carriedOutInSilence,
    ends: 'function',
  },
  'kill before': {
    words: 'the whole platform is killed with -9, before the call is carried out',
    concerns: always,
    attempts: 'first',
    around: async () => 'silence',
    ends: 'platform',
  },
  'kill after': {
    words: 'the whole platform is killed with -9, after the call was carried out',
    concerns: always,
    attempts: 'first',
    around: carriedOutInSilence,
    ends: 'platform',
  },
} as const satisfies Record<string, WireKind>;

export type WireKindName = keyof typeof wireKinds;
