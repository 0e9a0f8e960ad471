import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FunctionLog } from '../../local/workers/function-log.ts';
import { FunctionPool } from '../../local/workers/function-pool.ts';
import { Metrics } from '../../local/workers/metrics.ts';

let folder: string;
let pool: FunctionPool | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nuanxin-pool-'));
});
afterEach(async () => {
  await pool?.close();
  rmSync(folder, { recursive: true, force: true });
});

const arn = 'arn:aws:lambda:cn-local-1:000000000000:function:f';

function poolOf(handler: string, timeoutMs = 20_000): FunctionPool {
  writeFileSync(join(folder, 'index.js'), `exports.handler = ${handler};`);
  pool = new FunctionPool({
    model: {
      ...{ name: 'f', arn, role: 'r', s3Key: 'k', handler: 'index.handler', environment: {}, memoryMb: 128 },
      ...{ timeoutMs, reservedConcurrency: undefined, asyncRetries: 2, asyncFailureQueue: undefined },
    },
    folder,
    environment: {},
    sharedOffset: new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT),
    concurrencyMax: 1,
    onLog: () => {},
  });
  return pool;
}

it.each([
  ['null', 'null', 'null'],
  ['a string', `'out of order'`, 'out of order'],
  ['an object whose stack is not a string', '{ stack: 5 }', 'stack: 5'],
  ['an error whose stack is not a string', `Object.assign(new Error('bent'), { stack: 5 })`, 'bent'],
])(
  'fails the invocation and serves the next when a function throws %s outside its handler',
  async (_what, thrown, message) => {
    const throwing = poolOf(
      `async event => { if (event.bad) { setTimeout(() => { throw ${thrown}; }); await new Promise(() => {}); } }`,
    );
    const outcome = await throwing.invoke('{"bad":true}');
    expect(outcome).toMatchObject({ ok: false, error: { errorMessage: expect.stringContaining(message) } });
    expect(await throwing.invoke('{}')).toMatchObject({ ok: true });
  },
);

it('serves the next invocation after a time-out even if the timed-out worker cannot be terminated', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const stuck = poolOf(
    `async event => { if (event.stuck) require('node:fs').openSync(${JSON.stringify(pipe)}); }`,
    1000,
  );
  const first = stuck.invoke('{"stuck":true}');
  const next = stuck.invoke('{}');
  expect(await first).toMatchObject({ ok: false, timedOut: true });
  expect(await next).toMatchObject({ ok: true }); // while the first worker is still blocked on its pipe
  execFileSync('sh', ['-c', `echo > ${pipe}`]);
});

it('aborts an invocation that was aborted while it waited for a worker', async () => {
  const slow = poolOf('async () => {}');
  const controller = new AbortController();
  const first = slow.invoke('{}');
  const second = slow.invoke('{}', controller.signal);
  controller.abort();
  expect(await first).toMatchObject({ ok: true });
  expect(await second).toMatchObject({ ok: false, timedOut: true });
});

it('keeps accepting log output after the log folder has been deleted', () => {
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const log = new FunctionLog(logs, 'f', new Metrics());
  log.write('first\n');
  rmSync(logs, { recursive: true });
  log.write(`${'x'.repeat(5_000_000)}\n`); // enough to rotate the log
  expect(() => log.write('last\n')).not.toThrow();
  log.close();
});
