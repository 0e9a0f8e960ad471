import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openState } from '../../infra/local/state/state.ts';

const main = fileURLToPath(new URL('../../infra/local/main.ts', import.meta.url));

function start(environment: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, PORT: '0', DATA_DIR: ':memory:', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, output: text(child.stdout), errors: text(child.stderr) };
}

async function ended(environment: Record<string, string>, ...args: string[]) {
  const { child, output, errors } = start(environment, ...args);
  const [code] = await once(child, 'close');
  return { code, output: await output, errors: await errors };
}

it('helps', async () => {
  expect(await ended({}, '--help')).toMatchObject({ code: 0, output: expect.stringContaining('DATA_DIR') });
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  'says where it listens in one line, and %s ends it cleanly',
  async signal => {
    const { child, output, errors } = start({});
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await output).toMatch(/^Nuanxin listens on http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(await errors).toBe('');
  },
);

it('says in one sentence why it does not start', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const held = mkdtempSync(join(tmpdir(), 'nuanxin-held-'));
  const state = openState(held);
  const refused = async (environment: Record<string, string>, sentence: string) => {
    const { code, output, errors } = await ended(environment);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(/^Not started: .*\n$/);
    expect(errors).toContain(sentence);
  };
  await Promise.all([
    refused({ PORT: String(port) }, `port ${port} is in use`),
    refused({ PORT: 'http' }, 'PORT http is no port'),
    refused({ DATA_DIR: '/dev/null/data' }, 'DATA_DIR /dev/null/data cannot be written'),
    refused({ DATA_DIR: held }, 'in use by another platform'),
  ]);
  state.close();
  server.close();
  rmSync(held, { recursive: true });
});
