import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type TestPlatform, talkTo } from './platform.ts';

const main = fileURLToPath(new URL('../../infra/local/main.ts', import.meta.url));

export interface PlatformProcess extends TestPlatform {
  /** As a power cut would. */
  kill(): Promise<void>;
}

/** `npm start` as a process of its own, on a free port. */
export async function spawnPlatform(dataDir: string): Promise<PlatformProcess> {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await announcedUrl(child);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await once(child, 'exit');
  };
  return { ...talkTo(url), kill: () => end('SIGKILL'), close: () => end('SIGTERM') };
}

async function announcedUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error('the platform ended before it answered');
}
