import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { TestProject } from 'vitest/node';
import { buildBundles } from '../../infra/bundles.ts';

declare module 'vitest' {
  interface ProvidedContext {
    engineUrl: string;
    /** Where the app is synthesised, once for all files that start platforms. */
    assemblyFolder: string;
  }
}

/** One engine for the whole run, in which each test file has tables of its own, and a folder for the app. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(`${tmpdir()}/nuanxin-test-`);
  project.provide('assemblyFolder', `${folder}/assembly`);
  mkdirSync(`${folder}/assembly`);
  const given = process.env.DYNAMODB_ENDPOINT;
  const engine = given ? { url: given, end: () => {} } : startEngine(folder);
  const [{ url, end }] = await Promise.all([engine, buildBundles()]); // built now, they need not be by each file
  project.provide('engineUrl', url);
  return () => {
    end();
    rmSync(folder, { recursive: true, force: true });
  };
}

async function startEngine(folder: string): Promise<{ url: string; end: () => void }> {
  const file = `${folder}/tables.sqlite`;
  const port = await freePort();
  const engine = spawn(enginePath(), ['--port', String(port), '--db-path', file], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await answering(url);
  relax(file);
  return { url, end: () => void engine.kill('SIGKILL') };
}

function enginePath(): string {
  const require = createRequire(import.meta.url);
  try {
    return require.resolve('@dynoxide/linux-x64/dynoxide');
  } catch {
    throw new Error('No embedded DynamoDB engine for this machine: set DYNAMODB_ENDPOINT to one that runs.');
  }
}

/** Stream records are looked up by a scan unless there is this index; nothing here needs to outlive the run. */
function relax(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(
    'CREATE INDEX IF NOT EXISTS stream_numbers ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
  );
  database.close();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (typeof address !== 'object' || !address) throw new Error('no free port');
  return address.port;
}

async function answering(url: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      await client.send(new ListTablesCommand({}));
      client.destroy();
      return;
    } catch {
      await pause(25);
    }
  }
  throw new Error('the engine does not answer');
}
