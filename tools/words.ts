import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * What a command was told. Who asks for --help is given it, and what cannot be read is named above it: either ends the
 * process.
 */
export function wordsOf<Options extends NonNullable<ParseArgsConfig['options']>>(
  help: string,
  options: Options,
  { allowPositionals = false } = {},
) {
  if (process.argv.slice(2).some(word => word === '--help' || word === '-h')) {
    console.log(help);
    process.exit(0);
  }
  try {
    return parseArgs({ options, allowPositionals });
  } catch (error) {
    return refuse(help, error instanceof Error ? error.message : String(error));
  }
}

/** Ends the process with 2, as a command does that was told what it cannot do. */
export function refuse(help: string, sentence: string): never {
  console.error(`${sentence}\n\n${help}`);
  process.exit(2);
}
