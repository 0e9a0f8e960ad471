import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Database, openDatabase } from '../../../shared/dynamo/client.ts';
import { isConditionFailure } from '../../../shared/dynamo/transaction.ts';
import type { Work } from '../support/contender.ts';
import type { Awards } from '../support/events.ts';
import { localConfig } from '../support/stage.ts';
import { awardsOf, Killed, type Peer } from './peer.ts';

/**
 * Idempotency by a separate table, with the requests that a library such as Powertools sends: put a record as in
 * progress, do the work, mark the record as completed. It omits the library's own work, so it shows this design at its
 * fastest. A record lives for an hour, the library's default. Record and points are separate writes: a process that dies
 * between them pays twice.
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

const recordTtlMs = 3_600_000;
const timeoutMs = 60_000;

export function onIdempotencyTable({ client, tableName }: Pick<Database, 'client' | 'tableName'>): Peer {
  const begin = (id: string, now: number) =>
    client.send(
      new PutCommand({
        TableName: tableName('idempotency'),
        Item: { id, status: 'INPROGRESS', expiration: now + recordTtlMs, inProgressUntil: now + timeoutMs },
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
        if (isConditionFailure(error)) return; // a repeat, or another process is working on it
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

export async function prepare({ endpoint, names }: TableSetup): Promise<Work<Awards>> {
  return awardsOf(onIdempotencyTable(openDatabase(table => names[table] ?? table, localConfig(endpoint))));
}
