import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file by a rename, because another process may be reading it: a reader sees the old or the new
 * contents, never a part. Leaves the file alone when it already has these contents.
 */
export function writeAtomically(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${dirname(path)}.${process.pid}.draft`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}
