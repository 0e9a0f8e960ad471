import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  path: string;
  /** Deletes the folder. The exit of the process does so as well. */
  remove(): void;
}

/** Creates a folder `nuanxin-<purpose>…` that lives until `remove`, or until the process exits. */
export function temporaryFolder(purpose: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `nuanxin-${purpose}-`));
  const removeFiles = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', removeFiles);
  return {
    path,
    remove() {
      process.off('exit', removeFiles);
      removeFiles();
    },
  };
}
