import { fileURLToPath } from 'node:url';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Data folder where DATA_DIR is not set: `.data` in the repository. */
export const defaultDataDir = fileURLToPath(new URL('../.data', import.meta.url));

/** The parsed command line; undefined where it is invalid, after printing why. */
export function commandLine<Options extends NonNullable<ParseArgsConfig['options']>>(options: Options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return reportNotStarted(error instanceof Error ? error.message : String(error));
  }
}

/** The port to listen on, 3000 by default; undefined where `given` is not a port, after printing why. */
export function portOf(given: string | undefined): number | undefined {
  const port = Number(given?.trim() || 3000);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  return reportNotStarted(`PORT is ${given}, but must be a whole number from 0 to 65535`);
}

/** Prints why the platform does not start, and makes the process exit with code 1. */
export function reportNotStarted(reason: string): undefined {
  console.error(`Not started: ${reason}`);
  process.exitCode = 1;
}
