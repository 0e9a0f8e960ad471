import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { defaultDataDir, portOf } from '../../local/command-line.ts';
import { openState } from '../../local/state/state.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'local/main.ts');

function start(environment: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, PORT: '0', DATA_DIR: ':memory:', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // its own process group, as in a terminal
  });
  return { child, output: text(child.stdout), errors: text(child.stderr) };
}

async function ended(environment: Record<string, string>, ...args: string[]) {
  const { child, output, errors } = start(environment, ...args);
  const [code] = await once(child, 'close');
  return { code, output: await output, errors: await errors };
}

it('prints the options for --help', async () => {
  expect(await ended({}, '--help')).toMatchObject({ code: 0, output: expect.stringContaining('DATA_DIR') });
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  'prints its address in one line, and stops cleanly on %s',
  async signal => {
    const { child, output, errors } = start({});
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await output).toMatch(/^Nuanxin listens on http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(await errors).toBe('');
  },
);

/** Runs `npm start`, sends the signal to npm, and returns whether the platform still answers. */
async function afterSignalToNpm(signal: NodeJS.Signals): Promise<string> {
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, PORT: '0', DATA_DIR: ':memory:' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url) break;
  }
  child.kill(signal);
  await once(child, 'exit');
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if ((await fetch(`${url}/v1/rewards`).catch(() => 'gone')) === 'gone') return 'gone';
    await sleep(100);
  }
  return 'still there';
}

it('stops when the npm process that started it ends, even after kill -9', async () => {
  expect(await Promise.all([afterSignalToNpm('SIGTERM'), afterSignalToNpm('SIGKILL')])).toEqual([
    'gone',
    'gone',
  ]);
}, 60_000);

it('stops silently on Ctrl-C during bundling, although Ctrl-C also kills the bundler', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-bundler-'));
  const bundler = join(folder, 'esbuild');
  writeFileSync(bundler, '#!/bin/sh\nkill -INT 0\nsleep 1\n', { mode: 0o755 });
  const { child, output, errors } = start({ ESBUILD_BINARY_PATH: bundler });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect([await output, await errors]).toEqual(['', '']);
  rmSync(folder, { recursive: true });
});

it('uses .data in the repository as the default data folder', () => {
  expect(defaultDataDir).toBe(join(root, '.data'));
});

it('listens on port 3000 if PORT is unset or empty', () => {
  expect([undefined, '', ' ', '4000', '0'].map(portOf)).toEqual([3000, 3000, 3000, 4000, 0]);
});

it('prints in one sentence why it does not start', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const lockedFolder = mkdtempSync(join(tmpdir(), 'nuanxin-locked-'));
  const state = openState(lockedFolder);
  const refused = async (environment: Record<string, string>, sentence: string, ...args: string[]) => {
    const { code, output, errors } = await ended(environment, ...args);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(/^Not started: .*\n$/);
    expect(errors).toContain(sentence);
  };
  await Promise.all([
    refused({ PORT: String(port) }, `port ${port} is in use`),
    refused({}, "Unknown option '--port'", '--port'),
    refused({ PORT: 'http' }, 'PORT is http, but must be a whole number'),
    refused({ DATA_DIR: '/dev/null/data' }, 'DATA_DIR /dev/null/data is not writable'),
    refused({ DATA_DIR: lockedFolder }, 'in use by another running platform'),
  ]);
  state.close();
  server.close();
  rmSync(lockedFolder, { recursive: true });
});
