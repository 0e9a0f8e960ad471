import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What was given on the command line; undefined where it cannot be read, which has been said. */
export function commandLine<Options extends NonNullable<ParseArgsConfig['options']>>(options: Options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Where to listen, 3000 where nothing is given; undefined where it is no port, which has been said. */
export function portOf(given: string | undefined): number | undefined {
  const port = Number(given?.trim() || 3000);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : refuse(`PORT ${given} is no port`);
}

/** Says why, to the shell and to whoever reads it. */
export function refuse(sentence: string): undefined {
  console.error(`Not started: ${sentence}`);
  process.exitCode = 1;
}
