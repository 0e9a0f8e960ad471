import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import type { Rulebook } from '../../shared/domain/rulebook.ts';
import { type Database, openDatabase } from '../../shared/store/client.ts';
import {
  type IndexShape,
  type TableName,
  type TableShape,
  tables,
  tableVariable,
} from '../../shared/store/tables.ts';

export function engineConfig(): DynamoDBClientConfig {
  return {
    endpoint: inject('engineUrl'),
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}

/** The project's tables, made anew on the real engine, under names that no other test file has. */
export async function freshDatabase(): Promise<Database> {
  const prefix = randomUUID().slice(0, 8);
  const nameOf = (table: string) => `${prefix}-${table}`;
  const client = new DynamoDBClient(engineConfig());
  for (const [name, shape] of Object.entries(tables)) await create(client, nameOf(name), shape);
  client.destroy();
  return openDatabase(nameOf, engineConfig());
}

/** A rulebook that is there already, however far back it takes force: the use case stores only those to come. */
export async function haveRulebook(database: Database, rulebook: Rulebook): Promise<void> {
  const id = String(rulebook.version).padStart(6, '0');
  await database.client.send(
    new PutCommand({ TableName: database.tableName('program'), Item: { kind: 'rulebook', id, rulebook } }),
  );
}

/** Sets the environment as the stack does, for tests that load a function itself. */
export function useEnvironment(database: Database): void {
  const endpoint = inject('engineUrl');
  Object.assign(process.env, {
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    POWERTOOLS_DEV: 'false',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  for (const name of Object.keys(tables))
    process.env[tableVariable(name as TableName)] = database.tableName(name);
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
