import { execFileSync } from 'node:child_process';

const root = new URL('../../', import.meta.url);

/** What figures were made of. */
export function commit(): string {
  try {
    const command = ['rev-parse', '--short', 'HEAD'];
    return execFileSync('git', command, { cwd: root, stdio: 'pipe' }).toString().trim();
  } catch {
    return 'no commit';
  }
}
