import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Database, openDatabase } from '../../../shared/dynamo/client.ts';
import { isConditionFailure } from '../../../shared/dynamo/transaction.ts';
import type { Work } from '../support/contender.ts';
import type { Awards } from '../support/events.ts';
import { localConfig } from '../support/stage.ts';
import { awardsOf, type Peer } from './peer.ts';

/**
 * The design of many sample services: one item per account, which holds the ids of all events it has seen. This is the
 * best version of it: one conditional update without a read, so there is no race. The item grows with every event, each
 * write costs by its size, and it is full at 400 kB. There is no history, and an event sent for two drivers pays both.
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
        if (!isConditionFailure(error)) throw error; // the id is known: a repeat
      }
    },
    balanceOf: async driverId => {
      const { Item } = await client.send(new GetCommand({ TableName, Key: { driverId } }));
      return Number(Item?.balance ?? 0);
    },
  };
}

export async function prepare(setup: { endpoint: string; table: string }): Promise<Work<Awards>> {
  return awardsOf(onOneItem(openDatabase(() => setup.table, localConfig(setup.endpoint))));
}
