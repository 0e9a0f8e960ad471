import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Others may be reading the same file just now: it is left alone where it is the same, and else replaced at once. */
export function writeWhole(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${dirname(path)}.${process.pid}.draft`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}
