import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DynamoDBClient, type DynamoDBClientConfig, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { type Database, openDatabase } from '../shared/dynamo/client.ts';

/**
 * The platform's tables, for tools that look behind the API: those of the AWS account and region that the environment
 * names, or those of the platform that runs on this machine.
 *
 * @param where `aws`, the address of an engine, or the data folder of a local platform that is running
 */
export async function findTables(where: string): Promise<Database> {
  const config = where === 'aws' ? {} : localConfig(where.startsWith('http') ? where : engineOf(where));
  const names = await tableNames(config);
  return openDatabase(table => nameOf(names, table), config);
}

function localConfig(endpoint: string): DynamoDBClientConfig {
  return { endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}

/** The embedded engine runs on Linux alone, where its own command line says its port. */
function engineOf(dataDir: string): string {
  try {
    const pid = readFileSync(join(resolve(dataDir), 'tables.pid'), 'utf8').trim();
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return `http://127.0.0.1:${Number(words[words.indexOf('--port') + 1])}`;
  } catch {
    throw new Error(
      `no platform runs on ${dataDir}: start one with npm start, or name its tables by --tables`,
    );
  }
}

async function tableNames(config: DynamoDBClientConfig): Promise<string[]> {
  const client = new DynamoDBClient(config);
  const names: string[] = [];
  let start: string | undefined;
  do {
    const answer = await client.send(new ListTablesCommand(start ? { ExclusiveStartTableName: start } : {}));
    names.push(...(answer.TableNames ?? []));
    start = answer.LastEvaluatedTableName;
  } while (start);
  client.destroy();
  return names;
}

/** CDK names a table after its stack and its id in it, with the id's hyphens left out. */
function nameOf(names: readonly string[], table: string): string {
  const found = names.filter(name => name.startsWith(`NuanxinState-${table}table`));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} tables look like ${table}`);
  return found[0];
}
