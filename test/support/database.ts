import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import type { Rulebook } from '../../shared/awards/rules/rulebook.ts';
import { type Database, openDatabase } from '../../shared/dynamo/client.ts';
import { type TableName, tables, tableVariable } from '../../shared/dynamo/tables.ts';
import { makeTables } from './make-tables.ts';

export function engineConfig(): DynamoDBClientConfig {
  return {
    endpoint: inject('engineUrl'),
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}

/** The project's tables, made anew on the real engine, under names that no other test file has. */
export async function freshDatabase(): Promise<Database> {
  return openDatabase(await makeTables(engineConfig()), engineConfig());
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
