import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LocalAssembly } from '../../infra/assembly.ts';
import { synthesise } from '../../infra/synthesise.ts';

/** An assembly that has been written down, for processes that start platforms from it. */
export const assemblyFile = (folder: string): string => join(folder, 'assembly.json');

/** Synthesises the app into the folder, unless somebody has, or is at it: then it waits. */
export async function assembleOnce(folder: string): Promise<LocalAssembly> {
  process.env.CDK_VALIDATION = 'false'; // the tests of the templates validate
  const file = assemblyFile(folder);
  if (isFirst(join(folder, 'being-made'))) {
    const { stacks } = await synthesise(folder);
    writeFileSync(`${file}.draft`, JSON.stringify(stacks));
    renameSync(`${file}.draft`, file);
  }
  while (!existsSync(file)) await pause(50);
  return readAssembly(folder);
}

export function readAssembly(folder: string): LocalAssembly {
  return {
    stacks: JSON.parse(readFileSync(assemblyFile(folder), 'utf8')),
    assetFolder: s3Key => join(folder, `asset.${s3Key.replace(/\.zip$/, '')}`),
  };
}

function isFirst(mark: string): boolean {
  try {
    mkdirSync(mark);
    return true;
  } catch {
    return false;
  }
}
