import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../dynamo/client.ts';
import { isConditionFailure } from '../../dynamo/transaction.ts';
import { ReconciliationView, StoredRun } from '../contract/reconciliations.ts';

/** The run that is under way, if one is, under the number of its last change, which only ever grows. */
export interface CurrentRun {
  readonly run: StoredRun | null;
  readonly revision: number;
}

const currentKey = { kind: 'current', id: 'current' };
const finished = 'run';

/** One that an earlier release has left in another shape is none. */
export async function readCurrentRun(database: Database): Promise<CurrentRun> {
  const { Item } = await database.client.send(
    new GetCommand({
      TableName: database.tableName('reconciliations'),
      Key: currentKey,
      ConsistentRead: true,
    }),
  );
  if (!Item) return { run: null, revision: 0 };
  return { run: StoredRun.nullable().catch(null).parse(Item.run), revision: Number(Item.revision) };
}

/** Replaces the current run if it still is as it was read; null where somebody else has gone on with it. */
export async function replaceCurrentRun(
  database: Database,
  before: CurrentRun,
  run: StoredRun | null,
): Promise<CurrentRun | null> {
  const revision = before.revision + 1;
  try {
    await database.client.send(
      new PutCommand({
        TableName: database.tableName('reconciliations'),
        Item: { ...currentKey, run, revision },
        ...(before.revision === 0
          ? { ConditionExpression: 'attribute_not_exists(id)' }
          : {
              ConditionExpression: 'revision = :read',
              ExpressionAttributeValues: { ':read': before.revision },
            }),
      }),
    );
    return { run, revision };
  } catch (error) {
    if (isConditionFailure(error)) return null;
    throw error;
  }
}

/** What a run has come to, under the time at which it was started. The same again is the same. */
export async function keepFinishedRun(database: Database, view: ReconciliationView): Promise<void> {
  await database.client.send(
    new PutCommand({
      TableName: database.tableName('reconciliations'),
      Item: { kind: finished, id: view.startedAt, view },
    }),
  );
}

/** Finished runs, newest first, before one where it is given. */
export async function finishedRuns(
  database: Database,
  limit: number,
  before?: string,
): Promise<{ runs: ReconciliationView[]; more: boolean }> {
  const answer = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('reconciliations'),
      KeyConditionExpression: before === undefined ? 'kind = :run' : 'kind = :run AND id < :before',
      ExpressionAttributeValues: { ':run': finished, ...(before === undefined ? {} : { ':before': before }) },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  const runs = (answer.Items ?? []).map(item => ReconciliationView.parse(item.view));
  return { runs, more: answer.LastEvaluatedKey !== undefined };
}
