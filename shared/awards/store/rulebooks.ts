import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { type Fragment, transact } from '../../dynamo/transaction.ts';
import { StoredRulebook } from '../contract/rulebooks.ts';
import type { Rulebook } from '../rules/rulebook.ts';

const kind = 'rulebook';
const versionDigits = 6;
const idOf = (version: number) => String(version).padStart(versionDigits, '0');

export async function readRulebook(database: Database, version: number): Promise<Rulebook | undefined> {
  const { Item } = await database.client.send(
    new GetCommand({
      TableName: database.tableName('program'),
      Key: { kind, id: idOf(version) },
      ConsistentRead: true,
    }),
  );
  return Item && parse(Item);
}

/** Stores a rulebook and the extra writes in one transaction. Returns false if the version exists already. */
export async function storeRulebook(
  database: Database,
  rulebook: Rulebook,
  extraWrites: readonly Fragment[],
): Promise<boolean> {
  const outcome = await transact(database, [
    {
      write: {
        Put: {
          TableName: database.tableName('program'),
          Item: { kind, id: idOf(rulebook.version), rulebook },
          ConditionExpression: 'attribute_not_exists(id)',
        },
      },
      onConditionFailed: () => 'stale',
    },
    ...extraWrites,
  ]);
  return outcome.done;
}

/** Rulebooks by version, after one where it is given. */
export async function rulebooksAfter(
  database: Database,
  version: number,
  limit: number,
): Promise<{ rulebooks: Rulebook[]; more: boolean }> {
  const answer = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('program'),
      KeyConditionExpression: 'kind = :kind AND id > :after',
      ExpressionAttributeValues: { ':kind': kind, ':after': idOf(version) },
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return { rulebooks: (answer.Items ?? []).map(parse), more: answer.LastEvaluatedKey !== undefined };
}

const allPageSize = 100;

export async function allRulebooks(database: Database): Promise<Rulebook[]> {
  const all: Rulebook[] = [];
  for (;;) {
    const { rulebooks, more } = await rulebooksAfter(database, all.at(-1)?.version ?? 0, allPageSize);
    all.push(...rulebooks);
    if (!more) return all;
  }
}

function parse(item: Item): Rulebook {
  return StoredRulebook.parse(item.rulebook);
}
