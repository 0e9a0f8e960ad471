import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';

export async function readProgramItem(
  database: Database,
  kind: string,
  id: string,
): Promise<Item | undefined> {
  const { Item } = await database.client.send(
    new GetCommand({ TableName: database.tableName('program'), Key: { kind, id }, ConsistentRead: true }),
  );
  return Item;
}

/** Items of one kind by their id, after one where it is given. */
export async function programItemsAfter(
  database: Database,
  kind: string,
  limit: number,
  afterId?: string,
): Promise<{ items: Item[]; more: boolean }> {
  const answer = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('program'),
      KeyConditionExpression: afterId === undefined ? 'kind = :kind' : 'kind = :kind AND id > :after',
      ExpressionAttributeValues: { ':kind': kind, ...(afterId === undefined ? {} : { ':after': afterId }) },
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return { items: answer.Items ?? [], more: answer.LastEvaluatedKey !== undefined };
}
