import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../shared/dynamo/client.ts';
import type { TableName } from '../../shared/dynamo/tables.ts';

type Key = Readonly<Record<string, string>>;

/** Writes to the tables behind the platform's back, as nobody is allowed to. */
export function planting(database: Database) {
  const tableName = (table: TableName) => ({ TableName: database.tableName(table) });
  return {
    put: async (table: TableName, item: Record<string, unknown>): Promise<void> => {
      await database.client.send(new PutCommand({ ...tableName(table), Item: item }));
    },
    remove: async (table: TableName, key: Key): Promise<void> => {
      await database.client.send(new DeleteCommand({ ...tableName(table), Key: key }));
    },
    change: async (table: TableName, key: Key, fields: Record<string, unknown>): Promise<void> => {
      const names = Object.keys(fields);
      await database.client.send(
        new UpdateCommand({
          ...tableName(table),
          Key: key,
          UpdateExpression: `SET ${names.map((_, index) => `#n${index} = :v${index}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
          ExpressionAttributeValues: Object.fromEntries(
            names.map((name, index) => [`:v${index}`, fields[name]]),
          ),
        }),
      );
    },
  };
}
