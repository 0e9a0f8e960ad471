import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { FunctionModel } from '../template/model.ts';
import type { FromWorker, FunctionError, ToWorker, WorkerSetup } from './protocol.ts';

/** Result of an invocation. `payload` is the function's return value as JSON. */
export type Outcome = { ok: true; payload: string } | { ok: false; error: FunctionError; timedOut?: boolean };

export interface PoolOptions {
  model: FunctionModel;
  folder: string;
  environment: Record<string, string>;
  sharedOffset: SharedArrayBuffer;
  /** Most concurrent workers, unless the function reserves less concurrency. */
  concurrencyMax: number;
  onLog(text: string): void;
}

interface Task {
  event: string;
  abort: AbortSignal | undefined;
  resolve(outcome: Outcome): void;
}

interface Runner {
  worker: Worker;
  ready: boolean;
  running: { task: Task; requestId: string; timer: NodeJS.Timeout } | undefined;
  /** Why the worker died: set by its `error` event, which precedes `exit`. */
  death: FunctionError | undefined;
}

const waitingMax = 10_000;
const initTimeoutMs = 30_000; // AWS allows 10 s; a busy machine needs more

/**
 * The workers of one function. Each runs one invocation at a time; the pool starts more while invocations
 * wait.
 */
export class FunctionPool {
  readonly #options: PoolOptions;
  readonly #runners = new Set<Runner>();
  readonly #idle: Runner[] = [];
  readonly #waiting: Task[] = [];
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get concurrency(): number {
    return Math.min(this.#options.concurrencyMax, this.#options.model.reservedConcurrency ?? Infinity);
  }

  /**
   * Never rejects: an error, crash or time-out of the function is an outcome.
   *
   * @param abort terminates the worker: a running invocation ends like a time-out; after the invocation, the
   *   idle worker is terminated
   */
  invoke(event: string, abort?: AbortSignal): Promise<Outcome> {
    if (this.#closed || this.concurrency === 0 || this.#waiting.length >= waitingMax) {
      return Promise.resolve({
        ok: false,
        error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' },
      });
    }
    return new Promise(resolve => {
      this.#waiting.push({ event, abort, resolve });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#runners].map(({ worker }) => worker.terminate()));
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const runner = this.#idle.pop();
      if (runner === undefined) break;
      const task = this.#waiting.shift();
      if (task !== undefined) this.#run(runner, task);
    }
    const starting = [...this.#runners].filter(({ ready }) => !ready).length;
    if (this.#waiting.length > starting && this.#runners.size < this.concurrency) this.#start();
  }

  #run(runner: Runner, task: Task): void {
    const { timeoutMs } = this.#options.model;
    const requestId = randomUUID();
    const timer = setTimeout(() => this.#timeOut(runner, requestId), timeoutMs);
    runner.running = { task, requestId, timer };
    if (task.abort?.aborted) {
      this.#abort(runner, requestId);
      return;
    }
    task.abort?.addEventListener('abort', () => this.#abort(runner, requestId), { once: true });
    const message: ToWorker = { requestId, event: task.event, deadlineMs: timeoutMs };
    runner.worker.postMessage(message);
  }

  #abort(runner: Runner, requestId: string): void {
    if (runner.running?.requestId === requestId) this.#timeOut(runner, requestId);
    if (runner.running !== undefined || !this.#runners.has(runner)) return;
    this.#remove(runner);
    void runner.worker.terminate();
    this.#dispatch();
  }

  #timeOut(runner: Runner, requestId: string): void {
    const seconds = (this.#options.model.timeoutMs / 1000).toFixed(2);
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
    this.#options.onLog(`${errorMessage}\n`);
    this.#finish(runner, {
      ok: false,
      timedOut: true,
      error: { errorType: 'Sandbox.Timedout', errorMessage },
    });
    this.#remove(runner);
    void runner.worker.terminate();
    this.#dispatch(); // now, because the termination of the worker may take long
  }

  #start(): void {
    const { model, folder, environment, sharedOffset } = this.#options;
    const [file = 'index', exported = 'handler'] = model.handler.split('.');
    const setup: WorkerSetup = {
      entry: join(folder, `${file}.js`),
      handler: exported,
      sharedOffset,
      functionName: model.name,
      functionArn: model.arn,
      memoryMb: model.memoryMb,
    };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      env: environment,
      workerData: setup,
      execArgv: [],
      stdin: false,
      resourceLimits: { maxOldGenerationSizeMb: model.memoryMb },
    });
    const runner: Runner = { worker, ready: false, running: undefined, death: undefined };
    this.#runners.add(runner);
    const initTimer = setTimeout(() => {
      runner.death = {
        errorType: 'Sandbox.Timedout',
        errorMessage: `INIT: the function did not load within ${initTimeoutMs / 1000} s`,
      };
      void worker.terminate();
    }, initTimeoutMs);
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') clearTimeout(initTimer);
      this.#receive(runner, message);
    });
    worker.on('error', (thrown: unknown) => {
      // A function can throw any value, including null, or an error whose stack is not a string.
      const error = thrown instanceof Error ? thrown : new Error(inspect(thrown));
      const trace = String(error.stack).split('\n');
      runner.death = { errorType: error.name, errorMessage: error.message, trace };
      this.#options.onLog(`${trace.join('\n')}\n`);
    });
    worker.on('exit', code => {
      clearTimeout(initTimer);
      this.#onExit(runner, code);
    });
  }

  #receive(runner: Runner, message: FromWorker): void {
    if (message.kind === 'log') {
      this.#options.onLog(message.text);
      return;
    }
    if (message.kind === 'ready') runner.ready = true;
    else if (runner.running?.requestId !== message.requestId) return;
    else if (message.kind === 'done') this.#finish(runner, { ok: true, payload: message.payload });
    else this.#finish(runner, { ok: false, error: message.error });
    this.#idle.push(runner);
    this.#dispatch();
  }

  #finish(runner: Runner, outcome: Outcome): void {
    const { running } = runner;
    if (running === undefined) return;
    runner.running = undefined;
    clearTimeout(running.timer);
    running.task.resolve(outcome);
  }

  #remove(runner: Runner): void {
    this.#runners.delete(runner);
    const index = this.#idle.indexOf(runner);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  /**
   * Handles the exit of a worker. A worker that exits before it is ready fails one waiting invocation, like a
   * failed init.
   */
  #onExit(runner: Runner, code: number): void {
    const known = this.#runners.has(runner);
    this.#remove(runner);
    const error = runner.death ?? {
      errorType: 'Runtime.ExitError',
      errorMessage: `Runtime exited with error: exit status ${code}`,
    };
    this.#finish(runner, { ok: false, error });
    if (known && !runner.ready) this.#waiting.shift()?.resolve({ ok: false, error });
    if (this.#closed) for (const task of this.#waiting.splice(0)) task.resolve({ ok: false, error });
    this.#dispatch();
  }
}
