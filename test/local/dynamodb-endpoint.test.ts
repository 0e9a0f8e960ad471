import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTables, TableChanged } from '../../local/tables/create-tables.ts';
import { type Engine, startEngine } from '../../local/tables/engine.ts';
import { type FixturePlatform, startFixture } from './fixture/platform.ts';

let engine: Engine;
let platform: FixturePlatform;
const folder = mkdtempSync(join(tmpdir(), 'nuanxin-engine-'));

beforeAll(async () => {
  engine = await startEngine(folder, () => {});
  vi.stubEnv('DYNAMODB_ENDPOINT', engine.endpoint);
  platform = await startFixture();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await platform.close();
  await engine.close();
  rmSync(folder, { recursive: true });
});

it('uses the engine at DYNAMODB_ENDPOINT and reads its streams over the API', async () => {
  expect(platform.tablesEndpoint).toBe(engine.endpoint);
  const ids = Array.from({ length: 15 }, (_, index) => `e${index}`);
  for (const id of ids) await platform.call('POST', '/put-item', { id });
  expect(await platform.drain()).toEqual({ drained: true, deadLetters: 0 });
  expect(await platform.workItem('followed')).toMatchObject({ seen: ids.map(id => `INSERT ${id}`) });
  await platform.call('POST', '/put-item', { id: 'last' });
  await platform.drain();
  expect(await platform.workItem('copied')).toMatchObject({ seen: [...ids, 'last'] });
});

it('refuses existing tables with other keys or stream settings', async () => {
  const table = {
    name: 'Fixture-Items',
    keySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
    attributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
    indexes: undefined,
    streamViewType: 'NEW_AND_OLD_IMAGES',
  };
  await expect(createTables(engine.endpoint, [table])).rejects.toThrow(TableChanged);
  const keySchema = [{ AttributeName: 'id', KeyType: 'HASH' }];
  await expect(createTables(engine.endpoint, [{ ...table, keySchema }])).resolves.toBeUndefined();
  const withoutStream = { ...table, keySchema, streamViewType: undefined };
  await expect(createTables(engine.endpoint, [withoutStream])).rejects.toThrow('use another DATA_DIR');
});

it('stops an engine that still waits for the rest of a request', async () => {
  vi.unstubAllEnvs();
  const own = mkdtempSync(join(tmpdir(), 'nuanxin-engine-'));
  const waiting = await startEngine(own, () => {});
  const socket = connect(Number(new URL(waiting.endpoint).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('POST / HTTP/1.1\r\nhost: here\r\n');
  await waiting.close();
  await expect(fetch(waiting.endpoint)).rejects.toThrow();
  socket.destroy();
  rmSync(own, { recursive: true });
});
