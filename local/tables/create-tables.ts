import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { region } from '../template/intrinsics.ts';
import type { TableModel } from '../template/model.ts';

export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Creates the missing tables. Throws TableChanged if an existing one has other keys, indexes or stream
 * settings.
 */
export async function createTables(endpoint: string, tables: TableModel[]): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region, credentials: localCredentials });
  try {
    for (const table of tables) await createTable(client, table);
  } finally {
    client.destroy();
  }
}

async function createTable(client: DynamoDBClient, table: TableModel): Promise<void> {
  const expected = {
    TableName: table.name,
    KeySchema: table.keySchema,
    AttributeDefinitions: table.attributeDefinitions,
    BillingMode: 'PAY_PER_REQUEST',
    ...(table.indexes && { GlobalSecondaryIndexes: table.indexes }),
    ...(table.streamViewType && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType },
    }),
  } as CreateTableCommandInput;
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table.name }));
    if (shapeOf(Table) === shapeOf(expected)) return;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await client.send(new CreateTableCommand(expected));
    return;
  }
  throw new TableChanged(
    `the keys, indexes or stream of table ${table.name} in DATA_DIR differ from the template: use another DATA_DIR, ` +
      'or delete this one if you do not need its data',
  );
}

/** The data folder belongs to another version of the app. The message tells what to do. */
export class TableChanged extends Error {}

interface Keys {
  AttributeName?: string | undefined;
  KeyType?: string | undefined;
}

interface Shape {
  KeySchema?: Keys[] | undefined;
  GlobalSecondaryIndexes?: { IndexName?: string | undefined; KeySchema?: Keys[] | undefined }[] | undefined;
  StreamSpecification?: { StreamViewType?: string | undefined } | undefined;
}

/** The keys, indexes and stream of a table, as text for comparison. */
function shapeOf(table: Shape | undefined): string {
  const keys = (schema: Keys[] = []) =>
    schema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).sort();
  const indexes = (table?.GlobalSecondaryIndexes ?? []).map(
    ({ IndexName, KeySchema }) => `${IndexName}: ${keys(KeySchema)}`,
  );
  const stream = table?.StreamSpecification?.StreamViewType ?? 'no stream';
  return JSON.stringify([keys(table?.KeySchema), indexes.sort(), stream]);
}
