import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { startEngine } from '../../../local/tables/engine.ts';
import { type Database, openDatabase } from '../../../shared/dynamo/client.ts';
import { makeTables } from '../../support/make-tables.ts';

/** An engine of its own, whose data folder is removed on close. */
export interface Stage {
  readonly endpoint: string;
  readonly config: DynamoDBClientConfig;
  /** Creates the project's tables, empty. */
  freshDatabase(): Promise<Database>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-bench-'));
  const engine = await startEngine(folder, line => console.error(line));
  const config = localConfig(engine.endpoint);
  return {
    endpoint: engine.endpoint,
    config,
    freshDatabase: async () => openDatabase(await makeTables(config), config),
    close: async () => {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function localConfig(endpoint: string): DynamoDBClientConfig {
  return { endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}
