import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../local/main.ts', import.meta.url));

/** `npm start` in its own process, whose memory is measured from outside. */
export class PlatformUnderLoad {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly dataDir: string;

  private constructor(url: string, child: ChildProcess, dataDir: string) {
    this.url = url;
    this.#child = child;
    this.dataDir = dataDir;
  }

  static async start(): Promise<PlatformUnderLoad> {
    const dataDir = mkdtempSync(join(tmpdir(), 'nuanxin-load-'));
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, PORT: '0', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return new PlatformUnderLoad(await addressOf(child), child, dataDir);
  }

  /** Resident memory in MB, of the platform with its workers and of the engine. */
  memoryMb(): { platform: number; engine: number } {
    const engine = Number(readFileSync(join(this.dataDir, 'tables.pid'), 'utf8'));
    return { platform: residentMb(this.#child.pid ?? 0), engine: residentMb(engine) };
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The process has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error('The platform ended before it was ready.');
}
