import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Mutant, mutated } from './patterns/pattern.ts';

/** A copy of the project, uncommitted changes included; only `node_modules` is shared. */
export class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), 'nuanxin-mutations-'));

  constructor(project: string) {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: project,
      encoding: 'utf8',
    });
    for (const path of listed.split('\0').filter(one => one !== '' && existsSync(join(project, one)))) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      cpSync(join(project, path), join(this.folder, path), { force: true });
    }
    symlinkSync(join(project, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Applies the mutant while `work` runs, and restores the file afterwards. */
  async with<T>(mutant: Mutant, work: () => Promise<T>): Promise<T> {
    const path = join(this.folder, mutant.file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, mutated(text, mutant));
    try {
      return await work();
    } finally {
      writeFileSync(path, text);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
