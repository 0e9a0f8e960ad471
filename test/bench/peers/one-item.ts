import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Database, openDatabase } from '../../../shared/dynamo/client.ts';
import { isConditionFailure } from '../../../shared/dynamo/transaction.ts';
import type { Doing } from '../support/contender.ts';
import type { Awards } from '../support/events.ts';
import { localConfig } from '../support/stage.ts';
import { awardsOf, type Peer } from './peer.ts';

/**
 * The shape of many a sample service: one item an account, with the ids of the events that it has seen. Written here
 * as well as it can be: one conditional update, no read before it, so no race. The item grows with every event, each
 * write is paid by its size, and at 400 kB it is at its end. There is no history, and an event that comes for two
 * drivers counts for both.
 */
export const shape = { partition: 'driverId', indexes: {}, stream: false } as const;

export function onOneItem({ client, tableName }: Pick<Database, 'client' | 'tableName'>): Peer {
  const TableName = tableName('accounts');
  return {
    award: async ({ driverId, name, points }) => {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: { driverId },
            UpdateExpression: 'ADD balance :points, seen :name',
            ConditionExpression: 'attribute_not_exists(seen) OR NOT contains(seen, :event)',
            ExpressionAttributeValues: { ':points': points, ':name': new Set([name]), ':event': name },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error; // seen: a repeat
      }
    },
    balanceOf: async driverId => {
      const { Item } = await client.send(new GetCommand({ TableName, Key: { driverId } }));
      return Number(Item?.balance ?? 0);
    },
  };
}

export async function prepare(setup: { endpoint: string; table: string }): Promise<Doing<Awards>> {
  return awardsOf(onOneItem(openDatabase(() => setup.table, localConfig(setup.endpoint))));
}
