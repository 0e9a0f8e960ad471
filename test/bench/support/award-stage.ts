import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../../shared/dynamo/client.ts';
import { type TableName, tables, tableVariable } from '../../../shared/dynamo/tables.ts';
import { haveRulebook } from '../../support/database.ts';
import { rulebook } from '../../support/steps.ts';
import { copiedBundles } from './bundles.ts';
import { type Contender, startContender } from './contender.ts';
import type { Awards } from './events.ts';
import type { Stage } from './stage.ts';

/** The environment variables of a deployed function, with the log level of production. */
export function functionEnvironment(
  stage: Stage,
  database: Database,
  functionName = 'award-points',
): Record<string, string> {
  const names = Object.keys(tables).map(name => [tableVariable(name as TableName), database.tableName(name)]);
  return {
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: stage.endpoint,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    POWERTOOLS_LOG_LEVEL: 'INFO',
    ...Object.fromEntries(names),
  };
}

/** Starts the award function in its own process, on its own tables, with a rulebook without effective caps. */
export async function startFunction(
  stage: Stage,
): Promise<{ contender: Contender<Awards>; database: Database }> {
  const database = await stage.freshDatabase();
  await haveRulebook(database, uncapped);
  const module = new URL('../peers/function.ts', import.meta.url);
  const contender = await startContender<{ bundle: string }, Awards>(
    module,
    { bundle: `${await copiedBundles()}/award-points/index.js` },
    functionEnvironment(stage, database),
  );
  return { contender, database };
}

export const uncapped = rulebook({
  effectiveFrom: '2020-01-01T00:00:00+08:00',
  monthlyCap: 1_000_000,
  activities: [{ code: 'report', name: '随手拍', unit: 'event', points: 5 }],
});

/** Any item of a table, in its stored form. */
export async function anItemOf(
  stage: Stage,
  database: Database,
  table: TableName,
): Promise<Record<string, AttributeValue>> {
  const client = new DynamoDBClient(stage.config);
  const { Items } = await client.send(new ScanCommand({ TableName: database.tableName(table), Limit: 1 }));
  client.destroy();
  const item = Items?.[0];
  if (!item) throw new Error(`table ${table} is empty`);
  return item;
}
