import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../dynamo/client.ts';
import { isConditionFailure } from '../../dynamo/transaction.ts';
import { ReconciliationView, StoredRun } from '../contract/reconciliations.ts';

/** The unfinished run, if any. `revision` is the optimistic lock of the item; it only grows. */
export interface CurrentRun {
  readonly run: StoredRun | null;
  readonly revision: number;
}

const currentKey = { kind: 'current', id: 'current' };
const finishedKind = 'run';

/** Reads the unfinished run. A run in the format of an earlier release counts as no run. */
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

/** Replaces the unfinished run; null if another invocation has changed it since it was read. */
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

/** Stores the result of a finished run under its start time. Idempotent. */
export async function storeFinishedRun(database: Database, view: ReconciliationView): Promise<void> {
  await database.client.send(
    new PutCommand({
      TableName: database.tableName('reconciliations'),
      Item: { kind: finishedKind, id: view.startedAt, view },
    }),
  );
}

/** Lists finished runs, newest first. `before` is the start time of the last run of the previous page. */
export async function finishedRuns(
  database: Database,
  limit: number,
  before?: string,
): Promise<{ runs: ReconciliationView[]; more: boolean }> {
  const answer = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('reconciliations'),
      KeyConditionExpression: before === undefined ? 'kind = :run' : 'kind = :run AND id < :before',
      ExpressionAttributeValues: {
        ':run': finishedKind,
        ...(before === undefined ? {} : { ':before': before }),
      },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  const runs = (answer.Items ?? []).map(item => ReconciliationView.parse(item.view));
  return { runs, more: answer.LastEvaluatedKey !== undefined };
}
