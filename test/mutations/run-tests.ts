import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The part of vitest's JSON report that is read. */
interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const running = new Set<number>();

/** Kills the test runs in progress, with all processes that they started. */
export function endTests(): void {
  for (const pid of running) process.kill(-pid, 'SIGKILL');
}

/** No selection of tests takes longer, even on a busy machine: a run that exceeds it hangs. */
const runMsMax = 900_000;

/**
 * Runs tests in a copy of the project.
 *
 * @param filters folders or files; none runs all tests
 * @returns the name of the first test that failed; undefined if all passed
 */
export async function failedTest(folder: string, filters: readonly string[]): Promise<string | undefined> {
  const reportPath = join(folder, 'dist', 'mutation-report.json');
  rmSync(reportPath, { force: true });
  const options = [
    '--bail=1',
    '--reporter=json',
    `--outputFile=${reportPath}`,
    '--exclude=test/mutations/**',
    '--testTimeout=180000', // a slow machine must not look like a failed test
    '--hookTimeout=180000',
  ];
  const code = await vitest(folder, [...filters, ...options]);
  if (code === 'timed-out') return 'a test that does not end';
  if (code === 0) return undefined;
  const { testResults } = reportIn(reportPath);
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find(isFailed);
  if (failed) return failed.fullName.trim();
  const broken = testResults.find(isFailed);
  return `a file that does not load: ${broken?.message?.trim().split('\n')[0] ?? 'no report'}`;
}

function isFailed({ status }: { readonly status: string }): boolean {
  return status === 'failed';
}

function reportIn(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return { testResults: [] };
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
    }, runMsMax);
    child.once('error', reject);
    child.once('exit', code => {
      clearTimeout(timer);
      if (pid !== undefined) running.delete(pid);
      resolve(code ?? 1);
    });
  });
}
