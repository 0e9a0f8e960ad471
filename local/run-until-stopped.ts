import { setTimeout as sleep } from 'node:timers/promises';
import { reportNotStarted } from './command-line.ts';
import type { Platform } from './platform.ts';
import { isStartRefusal, startLocal } from './start-local.ts';

const parentCheckMs = 100;
/** Ctrl-C also ends the bundler, a child process. Its exit may be noticed before our own signal arrives. */
const signalDelayMs = 100;

/**
 * Starts the platform, runs `work` with it, and keeps it up until Ctrl-C or SIGTERM. If the platform refuses
 * to start, prints the reason and sets exit code 1.
 */
export async function runUntilStopped(
  options: Parameters<typeof startLocal>[0],
  work: (platform: Platform) => void | Promise<void>,
): Promise<void> {
  const starting = startLocal(options);
  let isStopping = false;
  const stop = async () => {
    isStopping = true;
    // A stop during the start waits for the start to finish and then closes the platform, so that nothing is
    // left behind.
    const platform = await starting.catch(() => undefined);
    await platform?.close();
    process.exit();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (process.env.npm_lifecycle_event !== undefined) exitWithParent();
  try {
    await work(await starting);
  } catch (error) {
    if (isStartRefusal(error)) return reportNotStarted(error.message);
    // A stop closes the platform while `work` still uses it. Errors caused by that are not reported.
    await sleep(signalDelayMs);
    if (!isStopping) throw error;
  }
}

/**
 * Exits when the npm process that started us is gone. npm cannot forward a `kill -9`, and a surviving
 * platform would keep the port and the data folder locked for the next start. An abrupt exit loses no
 * committed data.
 */
function exitWithParent(): void {
  const parent = process.ppid;
  const check = () => {
    if (process.ppid !== parent) process.exit(1);
  };
  setInterval(check, parentCheckMs).unref();
}
