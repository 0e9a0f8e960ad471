import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPlatform } from '../../local/platform.ts';
import { DataDirRefused } from '../../local/state/state.ts';
import { buildFixture, type FixturePlatform, fixtureAssembly, talkTo } from './fixture/platform.ts';

const runner = fileURLToPath(new URL('./fixture/run.ts', import.meta.url));
const bundles = mkdtempSync(join(tmpdir(), 'nuanxin-bundles-'));
const folders: string[] = [bundles];
const children: ChildProcess[] = [];

beforeAll(() => buildFixture(bundles));
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-crash-'));
  folders.push(folder);
  return folder;
}

type Killable = FixturePlatform & { kill(): Promise<void> };

async function spawnFixture(dataDir: string, port = 0): Promise<Killable> {
  const child = spawn(process.execPath, [runner, bundles, dataDir, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  return {
    ...talkTo(JSON.parse(line)),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/**
 * Sends with four senders in parallel, kills the platform halfway, and returns the ids of acknowledged
 * requests.
 */
async function sendUntilKilled(platform: Killable, count: number, send: (id: string) => Promise<number>) {
  const acknowledged: string[] = [];
  let started = 0;
  const sender = async () => {
    while (started < count) {
      const id = `k${started++}`;
      const status = await send(id).catch(() => 0);
      if (status === 0) return;
      if (status === 200) acknowledged.push(id);
      if (acknowledged.length === Math.floor(count / 2)) void platform.kill();
    }
  };
  await Promise.all(Array.from({ length: 4 }, sender));
  return acknowledged;
}

it('loses no accepted event and no stream record when it is killed', async () => {
  const dataDir = dataFolder();
  const first = await spawnFixture(dataDir);
  const acknowledged = await sendUntilKilled(first, 120, async id => {
    const details = [{ to: 'queue', id }];
    const events = await first.call('POST', '/put-events', { details });
    const item = await first.call('POST', '/put-item', { id });
    return events.status === 200 ? item.status : events.status;
  });
  expect(acknowledged.length).toBeGreaterThanOrEqual(60);

  const second = await spawnFixture(dataDir);
  expect(await second.drain()).toEqual({ drained: true, deadLetters: 0 });
  const followed = (await second.workItem('followed'))?.seen as string[];
  for (const id of acknowledged) {
    expect(await second.workItem(id), id).toMatchObject({ tries: expect.any(Number) });
    expect(followed).toContain(`INSERT ${id}`);
  }
  // A batch in progress may have been delivered again, but never out of order and without gaps.
  const firstSeen = [...new Set(followed)];
  expect(new Set((await second.workItem('copied'))?.seen as string[])).toEqual(
    new Set(firstSeen.map(entry => entry.slice('INSERT '.length))),
  );
  // All work is done, so another restart repeats nothing.
  await second.kill();
  const third = await spawnFixture(dataDir);
  await third.drain();
  expect((await third.workItem('followed'))?.seen).toEqual(followed);
  await third.kill();
});

it('does not leave the table engine running when it is killed', async () => {
  const dataDir = dataFolder();
  const platform = await spawnFixture(dataDir);
  const pid = Number(readFileSync(join(dataDir, 'tables.pid'), 'utf8'));
  expect(isAlive(pid)).toBe(true);
  await platform.kill();
  await expect.poll(() => isAlive(pid)).toBe(false);
});

it('restarts the table engine when only the engine dies', async () => {
  const dataDir = dataFolder();
  const platform = await spawnFixture(dataDir);
  await platform.call('POST', '/put-item', { id: 'before' });
  process.kill(Number(readFileSync(join(dataDir, 'tables.pid'), 'utf8')), 'SIGKILL');
  const put = async () => (await platform.call('POST', '/put-item', { id: 'after' })).status;
  await expect.poll(put).toBe(200);
  await platform.drain();
  expect((await platform.workItem('followed'))?.seen).toEqual(['INSERT before', 'INSERT after']);
  await platform.kill();
});

it('keeps the clock, the signing key and secrets in the data folder', async () => {
  const dataDir = dataFolder();
  const first = await spawnFixture(dataDir);
  await first.call('PUT', '/_local/clock', { now: '2031-05-05T00:00:00Z' });
  const authorization = `Bearer ${await first.token('driver', 'd-1')}`;
  const secret = (await first.call('POST', '/secret')).body;
  await first.kill();
  const second = await spawnFixture(dataDir, Number(new URL(first.url).port));
  expect((await second.call('POST', '/now')).body).toMatchObject({
    made: expect.stringMatching(/^2031-05-05T00:/),
  });
  expect((await second.call('GET', '/wallet', undefined, { authorization })).status).toBe(200);
  expect((await second.call('POST', '/secret')).body).toBe(secret);
  await second.kill();
});

it('refuses to start with the data folder or the port of a running platform', async () => {
  const dataDir = dataFolder();
  const assembly = fixtureAssembly(bundles);
  const platform = await spawnFixture(dataDir);
  await expect(startPlatform({ assembly, dataDir })).rejects.toThrow(DataDirRefused);
  const port = Number(new URL(platform.url).port);
  await expect(startPlatform({ assembly, dataDir: ':memory:', port })).rejects.toThrow(
    `port ${port} is in use`,
  );
  expect((await platform.call('GET', '/_local/health')).status).toBe(200);
  await platform.kill();
});

it('does not kill another process that has reused the process id of a table engine', async () => {
  const dataDir = dataFolder();
  const sleeper = spawn('sleep', ['60']);
  children.push(sleeper);
  writeFileSync(join(dataDir, 'tables.pid'), String(sleeper.pid));
  const platform = await startPlatform({ assembly: fixtureAssembly(bundles), dataDir });
  expect(isAlive(sleeper.pid ?? 0)).toBe(true);
  await platform.close();
  sleeper.kill();
});

it('leaves no files and no process behind when DATA_DIR is :memory:', async () => {
  const platform = await startPlatform({ assembly: fixtureAssembly(bundles), dataDir: ':memory:' });
  const { dataDir } = platform;
  const pid = Number(readFileSync(join(dataDir, 'tables.pid'), 'utf8'));
  await platform.close();
  await sleep(0);
  expect(existsSync(dataDir)).toBe(false);
  expect(isAlive(pid)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
