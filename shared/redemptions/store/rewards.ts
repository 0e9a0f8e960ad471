import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { type Fragment, transact } from '../../dynamo/transaction.ts';
import { programItemsAfter, readProgramItem } from '../../program/store/program.ts';
import { StoredTerms } from '../contract/rewards.ts';
import type { RewardTerms } from '../rules/reserve.ts';
import { putVersionInForce } from './stock.ts';

/**
 * Terms lie apart from the stock: with fifty outlets they are several kilobytes, and a reservation would pay for
 * them. The stock's item says which version is in force.
 */
const kind = 'reward';

export async function readTerms(database: Database, rewardId: string): Promise<RewardTerms | undefined> {
  const item = await readProgramItem(database, kind, rewardId);
  return item && parse(item);
}

/** Terms by rewardId, after one where it is given. */
export async function termsAfter(
  database: Database,
  limit: number,
  afterId?: string,
): Promise<{ terms: RewardTerms[]; more: boolean }> {
  const { items, more } = await programItemsAfter(database, kind, limit, afterId);
  return { terms: items.map(parse), more };
}

/** Puts the next version of the terms in force; false where somebody else has done so meanwhile. */
export async function replaceTerms(
  database: Database,
  terms: RewardTerms,
  extraWrites: readonly Fragment[] = [],
): Promise<boolean> {
  const { rewardId: id } = terms;
  const outcome = await transact(database, [
    {
      write: { Put: { TableName: database.tableName('program'), Item: { kind, id, terms } } },
      onConditionFailed: () => 'stale',
    },
    putVersionInForce(database, terms),
    ...extraWrites,
  ]);
  return outcome.done;
}

function parse(item: Item): RewardTerms {
  return StoredTerms.parse(item.terms);
}
