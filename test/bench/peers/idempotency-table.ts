import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Database, openDatabase } from '../../../shared/dynamo/client.ts';
import { isConditionFailure } from '../../../shared/dynamo/transaction.ts';
import type { Doing } from '../support/contender.ts';
import type { Awards } from '../support/events.ts';
import { localConfig } from '../support/stage.ts';
import { awardsOf, Killed, type Peer } from './peer.ts';

/**
 * Idempotency by a table beside the write, with the requests that a library for it sends (Powertools’, for one): a
 * record is put as in progress, the work is done, the record is marked as completed. In a few lines and without the
 * library’s own work, so that it is at its fastest. The record stands for an hour, the library’s default, and it and
 * the points are written one after the other: whoever is killed between them is paid for twice.
 */
export const shapes = {
  idempotency: { partition: 'id', indexes: {}, stream: false },
  accounts: { partition: 'driverId', indexes: {}, stream: false },
  history: {
    partition: 'driverId',
    sort: { name: 'at', type: 'S' },
    indexes: {},
    stream: false,
  },
} as const;

const keptMs = 3_600_000;
const timeoutMs = 60_000;

export function besideATable({ client, tableName }: Pick<Database, 'client' | 'tableName'>): Peer {
  const begin = (id: string, now: number) =>
    client.send(
      new PutCommand({
        TableName: tableName('idempotency'),
        Item: { id, status: 'INPROGRESS', expiration: now + keptMs, inProgressUntil: now + timeoutMs },
        ConditionExpression:
          'attribute_not_exists(id) OR expiration < :now OR (#status = :inProgress AND inProgressUntil < :now)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':now': now, ':inProgress': 'INPROGRESS' },
      }),
    );
  const pay = async (driverId: string, name: string, points: number, now: number) => {
    const at = `${new Date(now).toISOString()}#${name}`;
    await client.send(
      new PutCommand({ TableName: tableName('history'), Item: { driverId, at, name, points } }),
    );
    await client.send(
      new UpdateCommand({
        TableName: tableName('accounts'),
        Key: { driverId },
        UpdateExpression: 'ADD balance :points',
        ExpressionAttributeValues: { ':points': points },
      }),
    );
  };
  const complete = (id: string, points: number) =>
    client.send(
      new UpdateCommand({
        TableName: tableName('idempotency'),
        Key: { id },
        UpdateExpression: 'SET #status = :completed, answer = :answer',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':completed': 'COMPLETED', ':answer': { points } },
      }),
    );
  return {
    award: async ({ driverId, name, points, now, dies }) => {
      try {
        await begin(name, now);
      } catch (error) {
        if (isConditionFailure(error)) return; // a repeat, or another is at it
        throw error;
      }
      await pay(driverId, name, points, now);
      if (dies) throw new Killed();
      await complete(name, points);
    },
    balanceOf: async driverId => {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName('accounts'), Key: { driverId } }),
      );
      return Number(Item?.balance ?? 0);
    },
  };
}

export interface TableSetup {
  readonly endpoint: string;
  readonly names: Readonly<Record<string, string>>;
}

export async function prepare({ endpoint, names }: TableSetup): Promise<Doing<Awards>> {
  return awardsOf(besideATable(openDatabase(table => names[table] ?? table, localConfig(endpoint))));
}
