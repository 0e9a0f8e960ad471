import { DeleteCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { queryEach } from '../../dynamo/query.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import { type CallerRole, CallerView } from '../contract/callers.ts';

const parse = (item: Item): CallerView => CallerView.strip().parse(item);
const holderOf = ({ id, callerId }: Pick<CallerView, 'id' | 'callerId'>) => `${id}#${callerId}`;

export async function readCaller(database: Database, callerId: string): Promise<CallerView | undefined> {
  const { Item } = await database.client.send(
    new GetCommand({ TableName: database.tableName('callers'), Key: { callerId }, ConsistentRead: true }),
  );
  return Item && parse(Item);
}

/** Puts the caller on the condition that it still is as it was read. */
export function replaceCaller(
  database: Database,
  before: CallerView | undefined,
  after: CallerView,
): Fragment {
  return {
    write: {
      Put: {
        TableName: database.tableName('callers'),
        Item: { ...after, holder: holderOf(after) },
        ...(before
          ? {
              ConditionExpression: 'enabled = :read',
              ExpressionAttributeValues: { ':read': before.enabled },
            }
          : { ConditionExpression: 'attribute_not_exists(callerId)' }),
      },
    },
    onConditionFailed: () => 'stale',
  };
}

/** Callers of a role by whom they act for, after one where it is given. `next` is null at the end. */
export async function callersOf(
  database: Database,
  role: CallerRole,
  limit: number,
  after?: Pick<CallerView, 'id' | 'callerId'>,
) {
  const { Items, LastEvaluatedKey } = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('callers'),
      IndexName: 'byHolder',
      KeyConditionExpression: after ? '#role = :role AND holder > :after' : '#role = :role',
      ExpressionAttributeNames: { '#role': 'role' },
      ExpressionAttributeValues: { ':role': role, ...(after ? { ':after': holderOf(after) } : {}) },
      Limit: limit,
    }),
  );
  const callers = (Items ?? []).map(parse);
  return { callers, next: LastEvaluatedKey ? (callers.at(-1) ?? null) : null };
}

/** Whoever acts for a driver, after one of them where it is given. `next` is null at the end. */
export async function callersFor(
  database: Database,
  driverId: string,
  limit: number,
  after?: string,
): Promise<{ callers: CallerView[]; next: string | null }> {
  const { Items, LastEvaluatedKey } = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('callers'),
      ...actingFor(driverId),
      Limit: limit,
      ...(after === undefined
        ? {}
        : {
            ExclusiveStartKey: {
              callerId: after,
              role: 'driver',
              holder: holderOf({ id: driverId, callerId: after }),
            },
          }),
    }),
  );
  const callers = (Items ?? []).map(parse);
  return { callers, next: LastEvaluatedKey ? String(LastEvaluatedKey.callerId) : null };
}

/** Whoever acts for a driver does so no more. */
export async function forgetCallersFor(database: Database, driverId: string): Promise<void> {
  const TableName = database.tableName('callers');
  for await (const { callerId } of queryEach(database, 'callers', actingFor(driverId))) {
    await database.client.send(new DeleteCommand({ TableName, Key: { callerId } }));
  }
}

function actingFor(driverId: string) {
  return {
    IndexName: 'byHolder',
    KeyConditionExpression: '#role = :driver AND begins_with(holder, :holder)',
    ExpressionAttributeNames: { '#role': 'role' },
    ExpressionAttributeValues: { ':driver': 'driver', ':holder': holderOf({ id: driverId, callerId: '' }) },
  };
}
