import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startPlatform } from '../../../local/platform.ts';
import type { FunctionHooks } from '../../../local/workers/function-hooks.ts';
import type { Assembly } from './assembly.ts';
import { onTheWire } from './between.ts';
import type { Wire } from './wire.ts';

/** A platform whose functions reach the services through the wire. */
export interface Host {
  readonly url: string;
  /** Whether it runs in this process. */
  readonly isHere: boolean;
  /** Kills the platform with SIGKILL and restarts it on the same data and port. */
  killAndRestart(): Promise<void>;
  close(): Promise<void>;
}

/** Runs the platform in this process, so that deliveries can be changed. */
export async function hostHere(
  assembly: Assembly,
  wire: Wire,
  wireUrl: string,
  invoke: NonNullable<FunctionHooks['invoke']>,
): Promise<Host> {
  const platform = await startPlatform({
    assembly,
    dataDir: ':memory:',
    schedules: false,
    hooks: { ...onTheWire(wireUrl), invoke },
  });
  wire.connect({ tables: platform.tablesEndpoint, aws: platform.awsEndpoint });
  return {
    url: platform.url,
    isHere: true,
    killAndRestart: async () => {
      throw new Error('A platform in this process cannot be killed.');
    },
    close: () => platform.close(),
  };
}

const runner = fileURLToPath(new URL('./run-platform.ts', import.meta.url));

/** Runs the platform in its own process, which can be killed. */
export async function hostApart(assembly: Assembly, wire: Wire, wireUrl: string): Promise<Host> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nuanxin-faults-'));
  let child: ChildProcess;
  const start = async (port: string): Promise<string> => {
    child = spawn(process.execPath, [runner, assembly.folder, dataDir, port, wireUrl], {
      env: { ...process.env, NODE_COMPILE_CACHE: join(assembly.folder, 'compiled') }, // because it restarts often
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { url, aws, tables } = JSON.parse(await firstLine(child));
    wire.connect({ aws, tables });
    return url;
  };
  const end = async (signal: NodeJS.Signals) => {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  const url = await start('0');
  return {
    url,
    isHere: false,
    async killAndRestart() {
      await end('SIGKILL');
      wire.disconnect();
      await start(new URL(url).port);
    },
    async close() {
      await end('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('The process has no output.');
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('The platform ended before it was ready.');
}
