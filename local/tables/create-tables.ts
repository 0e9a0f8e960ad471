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

/** Makes the tables that are not there. One that is there with other keys, indexes or stream is refused. */
export async function createTables(endpoint: string, tables: TableModel[]): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region, credentials: localCredentials });
  try {
    for (const table of tables) await createTable(client, table);
  } finally {
    client.destroy();
  }
}

async function createTable(client: DynamoDBClient, table: TableModel): Promise<void> {
  const wanted = {
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
    if (shapeOf(Table) === shapeOf(wanted)) return;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await client.send(new CreateTableCommand(wanted));
    return;
  }
  throw new TableChanged(
    `the table ${table.name} in DATA_DIR has other keys, indexes or stream than the template: use another DATA_DIR, ` +
      'or remove this one if nothing in it is needed',
  );
}

/** The data folder is of another version of the app; the message says what to do. */
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

/** What must be as the template says, as a text that can be compared. */
function shapeOf(table: Shape | undefined): string {
  const keys = (schema: Keys[] = []) =>
    schema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).sort();
  const indexes = (table?.GlobalSecondaryIndexes ?? []).map(
    ({ IndexName, KeySchema }) => `${IndexName}: ${keys(KeySchema)}`,
  );
  const stream = table?.StreamSpecification?.StreamViewType ?? 'no stream';
  return JSON.stringify([keys(table?.KeySchema), indexes.sort(), stream]);
}
