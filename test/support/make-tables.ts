import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { type IndexShape, type TableShape, tables } from '../../shared/dynamo/tables.ts';

/**
 * Makes the project's tables on an engine, under a prefix that nobody else has.
 *
 * @returns the name that each has there
 */
export async function makeTables(config: DynamoDBClientConfig): Promise<(table: string) => string> {
  const prefix = randomUUID().slice(0, 8);
  const nameOf = (table: string) => `${prefix}-${table}`;
  const client = new DynamoDBClient(config);
  for (const [name, shape] of Object.entries(tables)) await create(client, nameOf(name), shape);
  client.destroy();
  return nameOf;
}

/** @returns the name of one more table, of this shape */
export async function makeTable(config: DynamoDBClientConfig, shape: TableShape): Promise<string> {
  const name = randomUUID();
  const client = new DynamoDBClient(config);
  await create(client, name, shape);
  client.destroy();
  return name;
}

async function create(client: DynamoDBClient, tableName: string, shape: TableShape): Promise<void> {
  const indexes = Object.entries(shape.indexes);
  const keys = [shape, ...indexes.map(([, index]) => index)];
  const attributes = new Map(
    keys.flatMap(key => [
      [key.partition, 'S'] as const,
      ...(key.sort ? [[key.sort.name, key.sort.type] as const] : []),
    ]),
  );
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      })),
      KeySchema: keySchema(shape),
      ...(indexes.length > 0
        ? {
            GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
              IndexName,
              KeySchema: keySchema(index),
              Projection: projection(index),
            })),
          }
        : {}),
    }),
  );
}

function keySchema({ partition, sort }: TableShape | IndexShape) {
  return [
    { AttributeName: partition, KeyType: 'HASH' as const },
    ...(sort ? [{ AttributeName: sort.name, KeyType: 'RANGE' as const }] : []),
  ];
}

function projection({ projects }: IndexShape) {
  if (projects === 'all') return { ProjectionType: 'ALL' as const };
  if (projects.length === 0) return { ProjectionType: 'KEYS_ONLY' as const };
  return { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...projects] };
}
