import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../dynamo/client.ts';
import { queryPages } from '../../dynamo/query.ts';
import { isConditionFailure } from '../../dynamo/transaction.ts';

/** A known event came with other content. The same other content, however often, is one conflict, of its first time. */
export async function recordConflict(
  database: Database,
  entryId: string,
  fingerprint: string,
  receivedAt: string,
): Promise<void> {
  try {
    await database.client.send(
      new PutCommand({
        TableName: database.tableName('conflicts'),
        Item: { entryId, fingerprint, receivedAt },
        ConditionExpression: 'attribute_not_exists(entryId)',
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

export async function countConflicts(database: Database, entryId: string): Promise<number> {
  let conflicts = 0;
  const pages = queryPages(database, 'conflicts', {
    KeyConditionExpression: 'entryId = :entry',
    ExpressionAttributeValues: { ':entry': entryId },
    Select: 'COUNT',
  });
  for await (const { count } of pages) conflicts += count;
  return conflicts;
}
