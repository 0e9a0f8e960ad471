import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The table engine cannot be started; the message is a sentence for the person who started the platform. */
export class EngineRefused extends Error {}

export interface Engine {
  endpoint: string;
  /** The engine's own database file, where it is ours. */
  file: string | undefined;
  close(): Promise<void>;
}

const startTimeoutMs = 10_000;
const startAttemptsMax = 3;
const restartPauseMs = 200;
const endTimeoutMs = 2000;

/** The embedded engine, or the one that `DYNAMODB_ENDPOINT` names on a machine that it has no build for. */
export async function startEngine(dataDir: string, log: (line: string) => void): Promise<Engine> {
  const elsewhere = process.env.DYNAMODB_ENDPOINT;
  if (elsewhere !== undefined && elsewhere !== '') {
    return { endpoint: elsewhere, file: undefined, close: async () => {} };
  }
  const binary = findBinary();
  if (binary === undefined) {
    throw new EngineRefused(
      `the embedded table engine has no build for ${process.platform}-${process.arch}: start DynamoDB Local ` +
        '(or any compatible engine) and give its address, e.g. DYNAMODB_ENDPOINT=http://127.0.0.1:8000',
    );
  }
  const file = join(dataDir, 'tables.sqlite');
  const pidFile = join(dataDir, 'tables.pid');
  await endOrphan(pidFile, file);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const supervised = new SupervisedEngine(binary, port, file, pidFile, log);
    try {
      await supervised.start();
      return { endpoint: `http://127.0.0.1:${port}`, file, close: () => supervised.close() };
    } catch (error) {
      // Somebody may have taken the port since it was found free.
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
 * The shell holds our end of a pipe as its input and ends the engine when that closes, so that the engine
 * dies with us even where we are killed and can do nothing. `read` waits for the end: nothing is ever written.
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

  /** Resolves once the engine listens. If it dies later it is started again, on the same port and file. */
  start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // A process group of its own: Ctrl-C in the terminal is for us, and we end the engine last.
    const child = spawn('sh', ['-c', supervisor, 'sh', ...this.#command], { detached: true, env: {} });
    this.#child = child;
    const timer = setTimeout(() => {
      reject(new EngineRefused('the table engine did not start'));
      killAll(child); // or it would be in the way of the next
    }, startTimeoutMs);
    let said = '';
    let isUp = false;
    const listen = (chunk: Buffer) => {
      if (said.length > 10_000) return;
      said += chunk.toString();
      const pid = /^pid (\d+)$/m.exec(said)?.[1];
      if (pid !== undefined) writeFileSync(this.#pidFile, pid);
      if (!/listening on/i.test(said)) return;
      isUp = true;
      resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.stdin.on('error', () => {}); // the shell may be gone first
    child.on('error', error => reject(new EngineRefused(`the table engine did not start: ${error.message}`)));
    child.on('exit', code => {
      reject(new EngineRefused(`the table engine ended at its start (${code}): ${said.trim()}`));
      if (!isUp || this.#closing) return;
      this.#log(`the table engine ended (${code}) and is started again`);
      this.#startAgain();
    });
    return promise.finally(() => clearTimeout(timer));
  }

  #startAgain(): void {
    setTimeout(() => {
      if (this.#closing) return;
      this.start().catch((error: Error) => {
        this.#log(error.message);
        this.#startAgain();
      });
    }, restartPauseMs);
  }

  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
    child.stdin?.end();
    // It waits for requests that are still coming in, and they may never come.
    const timer = setTimeout(() => killAll(child), endTimeoutMs);
    await ended;
    clearTimeout(timer);
    rmSync(this.#pidFile, { force: true });
  }
}

/** The shell and the engine are a process group. Nothing that was committed is lost. */
function killAll({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // They have ended meanwhile.
  }
}

/** An engine of a platform that was killed: it is ending, and ended here where it hangs. */
async function endOrphan(pidFile: string, file: string): Promise<void> {
  const pid = Number(readText(pidFile));
  if (!Number.isInteger(pid) || pid <= 0) return;
  // The number may belong to another process by now: only one that serves our file is ours.
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
