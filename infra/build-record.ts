import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { writeWhole } from './write-whole.ts';

/** A build takes seconds on all cores; to see that it would make the same again takes a tenth of one. */
export interface BuildRecord {
  /** The folder that the paths of the build start from. */
  readonly root: string;
  /** Where the record lies, from there. */
  readonly file: string;
  /** What the outcome hangs on beside the files that are bundled: options, versions, the entries. */
  readonly settings: unknown;
}

/** @returns what the last build said of itself, where the same files and settings went in and what came out lies there still */
export function lastBuild(record: BuildRecord): Metafile | undefined {
  try {
    const { digest, metafile } = JSON.parse(readFileSync(join(record.root, record.file), 'utf8'));
    return digest === digestOf(record, metafile) ? metafile : undefined;
  } catch {
    return undefined; // none, or a broken one: what it is for can always be made anew
  }
}

/** To be called when everything that came out is written. */
export function recordBuild(record: BuildRecord, metafile: Metafile): void {
  const contents = JSON.stringify({ digest: digestOf(record, metafile), metafile });
  writeWhole(join(record.root, record.file), Buffer.from(contents));
}

function digestOf({ root, settings }: BuildRecord, { inputs, outputs }: Metafile): string {
  const digest = createHash('sha256').update(JSON.stringify(settings));
  for (const path of [...Object.keys(inputs), ...Object.keys(outputs)].sort()) {
    const file = join(root, path);
    const contents = existsSync(file) ? readFileSync(file) : 'absent';
    digest.update(`\n${path} ${contents.length}\n`).update(contents);
  }
  return digest.digest('hex');
}
