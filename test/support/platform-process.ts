import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type TestPlatform, talkTo } from './platform.ts';

const main = fileURLToPath(new URL('../../local/main.ts', import.meta.url));

export interface PlatformProcess extends TestPlatform {
  /** As a power cut would. */
  kill(): Promise<void>;
}

/** Those that run still, or are about to: a test that is broken off leaves none behind. */
const running = new Set<ChildProcess>();

/** Ends whatever this file's tests have started. */
export async function endPlatforms(): Promise<void> {
  await Promise.all([...running].map(child => end(child, 'SIGTERM')));
}

/** `npm start` as a process of its own, on a free port. */
export async function spawnPlatform(dataDir: string): Promise<PlatformProcess> {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const url = await announcedUrl(child);
  return { ...talkTo(url), kill: () => end(child, 'SIGKILL'), close: () => end(child, 'SIGTERM') };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!running.has(child)) return;
  child.kill(signal);
  await once(child, 'exit');
}

async function announcedUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error('the platform ended before it answered');
}
