import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The table engine does not start. The message tells the person at the terminal why. */
export class EngineRefused extends Error {}

export interface Engine {
  endpoint: string;
  /** Database file of the embedded engine; undefined for an external one. */
  file: string | undefined;
  close(): Promise<void>;
}

const startTimeoutMs = 10_000;
const startAttemptsMax = 3;
const restartPauseMs = 200;
const exitTimeoutMs = 2000;

/** Starts the embedded engine, or uses the external one that `DYNAMODB_ENDPOINT` names. */
export async function startEngine(dataDir: string, log: (line: string) => void): Promise<Engine> {
  const external = process.env.DYNAMODB_ENDPOINT;
  if (external !== undefined && external !== '') {
    return { endpoint: external, file: undefined, close: async () => {} };
  }
  const binary = findBinary();
  if (binary === undefined) {
    throw new EngineRefused(
      `the embedded table engine has no build for ${process.platform}-${process.arch}: start DynamoDB Local ` +
        'or another compatible engine and set DYNAMODB_ENDPOINT to its address, e.g. http://127.0.0.1:8000',
    );
  }
  const file = join(dataDir, 'tables.sqlite');
  const pidFile = join(dataDir, 'tables.pid');
  await killOrphan(pidFile, file);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const supervised = new SupervisedEngine(binary, port, file, pidFile, log);
    try {
      await supervised.start();
      return { endpoint: `http://127.0.0.1:${port}`, file, close: () => supervised.close() };
    } catch (error) {
      // Another process may have taken the port since it was found free.
      await supervised.close();
      if (attempt === startAttemptsMax) throw error;
    }
  }
}

function findBinary(): string | undefined {
  try {
    const name = `@dynoxide/${process.platform}-${process.arch}`;
    return createRequire(import.meta.url).resolve(`${name}/dynoxide`);
  } catch {
    return undefined;
  }
}

/**
 * Shell script that runs the engine and kills it when its standard input closes. We hold the other end of
 * that pipe, so the engine dies with us even after kill -9. Nothing is written to the pipe; `read` only waits
 * for its end.
 */
const supervisor = `
  exec 3<&0
  "$@" </dev/null 3<&- &
  engine=$!
  echo "pid $engine"
  (read -r _ <&3; kill "$engine") 2>/dev/null &
  watcher=$!
  wait "$engine"
  code=$?
  kill "$watcher" 2>/dev/null
  exit "$code"
`;

class SupervisedEngine {
  readonly #command: string[];
  readonly #pidFile: string;
  readonly #log: (line: string) => void;
  #child: ChildProcess | undefined;
  #closing = false;

  constructor(binary: string, port: number, file: string, pidFile: string, log: (line: string) => void) {
    this.#command = [binary, '--port', String(port), '--db-path', file];
    this.#pidFile = pidFile;
    this.#log = log;
  }

  /** Resolves once the engine listens. If it dies later, it is restarted on the same port and file. */
  start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // A separate process group, so that Ctrl-C reaches only us and we can stop the engine last.
    const child = spawn('sh', ['-c', supervisor, 'sh', ...this.#command], { detached: true, env: {} });
    this.#child = child;
    const timer = setTimeout(() => {
      reject(new EngineRefused(`the table engine did not listen within ${startTimeoutMs / 1000} s`));
      killGroup(child); // or it would block the next attempt
    }, startTimeoutMs);
    let output = '';
    let isUp = false;
    const listen = (chunk: Buffer) => {
      if (output.length > 10_000) return;
      output += chunk.toString();
      const pid = /^pid (\d+)$/m.exec(output)?.[1];
      if (pid !== undefined) writeFileSync(this.#pidFile, pid);
      if (!/listening on/i.test(output)) return;
      isUp = true;
      resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.stdin.on('error', () => {}); // the shell may exit first
    child.on('error', error => reject(new EngineRefused(`the table engine did not start: ${error.message}`)));
    child.on('exit', code => {
      reject(new EngineRefused(`the table engine exited during its start (code ${code}): ${output.trim()}`));
      if (!isUp || this.#closing) return;
      this.#log(`the table engine exited (code ${code}); restarting it`);
      this.#restart();
    });
    return promise.finally(() => clearTimeout(timer));
  }

  #restart(): void {
    setTimeout(() => {
      if (this.#closing) return;
      this.start().catch((error: Error) => {
        this.#log(error.message);
        this.#restart();
      });
    }, restartPauseMs);
  }

  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
    child.stdin?.end();
    // The engine waits for unfinished requests, which may never finish.
    const timer = setTimeout(() => killGroup(child), exitTimeoutMs);
    await exited;
    clearTimeout(timer);
    rmSync(this.#pidFile, { force: true });
  }
}

/** Kills the process group of the shell and the engine. Committed data is not lost. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Both have exited meanwhile.
  }
}

/** Waits up to 2 s for the engine of a killed platform to exit, then kills it. */
async function killOrphan(pidFile: string, file: string): Promise<void> {
  const pid = Number(readText(pidFile));
  if (!Number.isInteger(pid) || pid <= 0) return;
  // The process id may have been reused: only a process that serves our file is ours.
  const isOurs = () => readText(`/proc/${pid}/cmdline`).split('\0').includes(file);
  for (let waitedMs = 0; waitedMs < 2000 && isOurs(); waitedMs += 20) await sleep(20);
  if (isOurs()) process.kill(pid, 'SIGKILL');
  while (isOurs()) await sleep(20);
  rmSync(pidFile, { force: true });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
