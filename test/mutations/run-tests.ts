import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The part of a report of vitest that is read. */
interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const running = new Set<number>();

/** Ends what is under way, with all that it has started. */
export function endTests(): void {
  for (const pid of running) process.kill(-pid, 'SIGKILL');
}

/** Longer than any test file takes on a busy machine: what has not ended by then hangs. */
const timeMaxMs = 300_000;

/** @returns the name of the first test that failed; undefined where all passed */
export async function failedTest(folder: string, testFile: string): Promise<string | undefined> {
  const reportPath = join(folder, 'dist', 'mutation-report.json');
  rmSync(reportPath, { force: true });
  const code = await vitest(folder, [testFile, '--bail=1', '--reporter=json', `--outputFile=${reportPath}`]);
  if (code === 'timed-out') return 'does not end';
  if (code === 0) return undefined;
  const { testResults } = reportIn(reportPath);
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find(isFailed);
  if (failed) return failed.fullName.trim();
  const broken = testResults.find(isFailed);
  return `before its tests: ${broken?.message?.trim().split('\n')[0] ?? 'no report'}`;
}

function isFailed({ status }: { readonly status: string }): boolean {
  return status === 'failed';
}

function reportIn(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return { success: false, testResults: [] };
  }
}

function vitest(folder: string, parameters: readonly string[]): Promise<number | 'timed-out'> {
  const program = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [program, 'run', ...parameters], {
    cwd: folder,
    stdio: 'ignore',
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      resolve('timed-out');
    }, timeMaxMs);
    child.once('error', reject);
    child.once('exit', code => {
      clearTimeout(timer);
      if (pid !== undefined) running.delete(pid);
      resolve(code ?? 1);
    });
  });
}
