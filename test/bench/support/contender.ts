import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The duration of some work and the CPU time of its process. */
export interface Lap {
  readonly ms: number;
  readonly cpuMs: number;
  /** What the work returned. */
  readonly result?: unknown;
}

/** A subject of a measurement. It runs in its own process, so that its memory does not slow down the others. */
export interface Contender<Task> {
  run(task: Task): Promise<Lap>;
  close(): Promise<void>;
}

export type Work<Task> = (task: Task) => Promise<unknown>;

/** @param module exports `prepare(setup)`, which resolves to a function that performs a task */
export async function startContender<Setup, Task>(
  module: URL,
  setup: Setup,
  environment: Readonly<Record<string, string>> = {},
): Promise<Contender<Task>> {
  const child = fork(fileURLToPath(import.meta.url), [], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const ask = async (message: unknown) => {
    child.send(message as object);
    const [answer] = await Promise.race([once(child, 'message'), ended]);
    if (typeof answer !== 'object') throw new Error(`${module.pathname} ended (${answer})`);
    if ('failed' in answer) throw new Error(String(answer.failed));
    return answer;
  };
  await ask({ module: module.href, setup });
  return {
    run: async task => (await ask({ task })) as Lap,
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) serve();

function serve(): void {
  let perform: Work<unknown> | undefined;
  process.on('disconnect', () => process.exit(0));
  process.on('message', async (message: { module: string; setup: unknown } | { task: unknown }) => {
    try {
      if ('module' in message) {
        perform = await (await import(message.module)).prepare(message.setup);
        process.send?.({});
      } else process.send?.(await lap(() => perform?.(message.task)));
    } catch (error) {
      process.send?.({ failed: error instanceof Error ? error.stack : error });
    }
  });
}

async function lap(work: () => unknown): Promise<Lap> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000, result };
}

/** Works on tasks concurrently, with a fixed number of workers. */
export async function concurrently<Task>(
  tasks: readonly Task[],
  workers: number,
  work: (task: Task) => Promise<unknown>,
): Promise<void> {
  const waiting = tasks.values();
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (const task of waiting) await work(task);
    }),
  );
}
