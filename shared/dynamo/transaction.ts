import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './batch.ts';
import type { Database } from './client.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** What a failed condition means: what was read is stale, so read and decide again; or a refusal, by a rule. */
export type Meaning<R> = 'stale' | R;

/** One conditional write, lent by the store that knows the table, for a use case to commit with others. */
export interface Fragment<R = never> {
  readonly write: Write;
  /** @param old the item as it stood, which the condition did not like */
  readonly whenRefused: (old: Item | undefined) => Meaning<R>;
}

/** A transaction may hold no more writes than this. */
export const transactionWritesMax = 100;

export type Outcome<R> = { readonly done: true } | { readonly done: false; readonly because: Meaning<R> };

interface Reason {
  Code?: string;
  Item?: Parameters<typeof unmarshall>[0];
}

/** Of several refusals the first in the order of the fragments is told; a stale read outweighs them all. */
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
    if (isConflict(error)) return { done: false, because: 'stale' };
    const reasons = cancellationReasons(error);
    if (!reasons) throw error;
    return { done: false, because: meaningOf(fragments, reasons, error) };
  }
}

function meaningOf<R>(
  fragments: readonly Fragment<R>[],
  reasons: readonly Reason[],
  error: unknown,
): Meaning<R> {
  const meanings = reasons.flatMap((reason, index): Meaning<R>[] => {
    const fragment = fragments[index];
    switch (reason.Code) {
      case undefined:
      case 'None':
        return [];
      case 'ConditionalCheckFailed':
        return fragment ? [fragment.whenRefused(reason.Item && unmarshall(reason.Item))] : [];
      case 'TransactionConflict':
      case 'ThrottlingError':
      case 'ProvisionedThroughputExceeded':
        return ['stale'];
      default:
        throw error;
    }
  });
  const [first] = meanings;
  if (first === undefined) throw error;
  return meanings.includes('stale') ? 'stale' : first;
}

export function cancellationReasons(error: unknown): Reason[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  return (error as { CancellationReasons?: Reason[] }).CancellationReasons;
}

/** Another transaction holds one of the items just now. */
export function isConflict(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'TransactionConflictException' || error.name === 'TransactionInProgressException')
  );
}

/** The condition of a single write did not hold. */
export function isConditionFailure(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}
