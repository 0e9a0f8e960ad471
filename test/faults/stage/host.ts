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

/** A platform whose functions reach the services over a wire. */
export interface Host {
  readonly url: string;
  /** Whether it is in this process. */
  readonly isHere: boolean;
  /** Ends the platform as a power cut would, and starts it again on the same data and port. */
  killAndRestart(): Promise<void>;
  close(): Promise<void>;
}

/** In this process, so that deliveries to functions can be meddled with. */
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
      throw new Error('a platform in this process cannot be killed');
    },
    close: () => platform.close(),
  };
}

const runner = fileURLToPath(new URL('./run-platform.ts', import.meta.url));

/** In a process of its own, which can be killed. */
export async function hostApart(assembly: Assembly, wire: Wire, wireUrl: string): Promise<Host> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nuanxin-faults-'));
  let child: ChildProcess;
  const start = async (port: string): Promise<string> => {
    child = spawn(process.execPath, [runner, assembly.folder, dataDir, port, wireUrl], {
      env: { ...process.env, NODE_COMPILE_CACHE: join(assembly.folder, 'compiled') }, // it starts often
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
  if (!stdout) throw new Error('no output to read');
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('the platform ended before it answered');
}
