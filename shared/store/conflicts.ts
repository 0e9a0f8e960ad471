import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from './client.ts';

/** A known event came with other content. The same other content, however often, is one conflict. */
export async function recordConflict(
  database: Database,
  entryId: string,
  fingerprint: string,
  receivedAt: string,
): Promise<void> {
  await database.client.send(
    new PutCommand({
      TableName: database.tableName('conflicts'),
      Item: { entryId, fingerprint, receivedAt },
    }),
  );
}

export async function countConflicts(database: Database, entryId: string): Promise<number> {
  let count = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const answer = await database.client.send(
      new QueryCommand({
        TableName: database.tableName('conflicts'),
        KeyConditionExpression: 'entryId = :entry',
        ExpressionAttributeValues: { ':entry': entryId },
        Select: 'COUNT',
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    count += answer.Count ?? 0;
    start = answer.LastEvaluatedKey;
  } while (start);
  return count;
}
