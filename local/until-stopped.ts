import { setTimeout as sleep } from 'node:timers/promises';
import { refuse } from './command-line.ts';
import type { Platform } from './platform.ts';
import { isRefusal, startLocal } from './start.ts';

const parentLookMs = 100;
/** Ctrl-C reaches the bundler too, whose end may be heard of before the signal. */
const signalDelayMs = 100;

/** Runs the platform, and this work with it, until Ctrl-C or SIGTERM. Says in a sentence why it does not start. */
export async function runUntilStopped(
  options: Parameters<typeof startLocal>[0],
  work: (platform: Platform) => void | Promise<void>,
): Promise<void> {
  const starting = startLocal(options);
  let isStopping = false;
  const stop = async () => {
    isStopping = true;
    // Stopped while it starts, it first gets up and then goes down: nothing half-started is left behind.
    const platform = await starting.catch(() => undefined);
    await platform?.close();
    process.exit();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (process.env.npm_lifecycle_event !== undefined) endWithParent();
  try {
    await work(await starting);
  } catch (error) {
    if (isRefusal(error)) return refuse(error.message);
    // Stopped while it works, the platform goes away under its feet; there is nothing to report then.
    await sleep(signalDelayMs);
    if (!isStopping) throw error;
  }
}

/**
 * An npm that is killed with -9 cannot pass that on. Left alone we would keep the port and the data from whoever starts
 * it again; so we end as suddenly as npm did, which loses nothing.
 */
function endWithParent(): void {
  const parent = process.ppid;
  const look = () => {
    if (process.ppid !== parent) process.exit(1);
  };
  setInterval(look, parentLookMs).unref();
}
