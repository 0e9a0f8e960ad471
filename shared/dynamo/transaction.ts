import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './batch.ts';
import type { Database } from './client.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Why a transaction wrote nothing: `stale` asks for a new read and decision; any other value is a refusal. */
export type WriteFailure<R> = 'stale' | R;

/** One conditional write. The store that knows the table builds it, and a use case commits it with others. */
export interface Fragment<R = never> {
  readonly write: Write;
  /** @param old the stored item that failed the condition, where the write asks DynamoDB to return it */
  readonly onConditionFailed: (old: Item | undefined) => WriteFailure<R>;
}

/** DynamoDB's limit of writes in one transaction. */
export const transactionWritesMax = 100;

export type Outcome<R> =
  | { readonly done: true }
  | { readonly done: false; readonly failure: WriteFailure<R> };

interface Reason {
  Code?: string;
  Item?: Parameters<typeof unmarshall>[0];
}

/**
 * Writes all fragments or none. When several conditions fail, a stale read takes precedence over every refusal, and
 * among refusals the first fragment's wins.
 */
export async function transact<R>(
  database: Database,
  fragments: readonly Fragment<R>[],
): Promise<Outcome<R>> {
  try {
    await database.client.send(
      new TransactWriteCommand({ TransactItems: fragments.map(({ write }) => write) }),
    );
    return { done: true };
  } catch (error) {
    if (isConflict(error)) return { done: false, failure: 'stale' };
    const reasons = cancellationReasons(error);
    if (!reasons) throw error;
    return { done: false, failure: failureOf(fragments, reasons, error) };
  }
}

function failureOf<R>(
  fragments: readonly Fragment<R>[],
  reasons: readonly Reason[],
  error: unknown,
): WriteFailure<R> {
  const failures = reasons.flatMap((reason, index): WriteFailure<R>[] => {
    const fragment = fragments[index];
    switch (reason.Code) {
      case undefined:
      case 'None':
        return [];
      case 'ConditionalCheckFailed':
        return fragment ? [fragment.onConditionFailed(reason.Item && unmarshall(reason.Item))] : [];
      case 'TransactionConflict':
      case 'ThrottlingError':
      case 'ProvisionedThroughputExceeded':
        return ['stale'];
      default:
        throw error;
    }
  });
  const [first] = failures;
  if (first === undefined) throw error;
  return failures.includes('stale') ? 'stale' : first;
}

export function cancellationReasons(error: unknown): Reason[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  return (error as { CancellationReasons?: Reason[] }).CancellationReasons;
}

/** A concurrent transaction holds one of the items. */
export function isConflict(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'TransactionConflictException' || error.name === 'TransactionInProgressException')
  );
}

/** The condition of a single write (outside a transaction) failed. */
export function isConditionFailure(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}
