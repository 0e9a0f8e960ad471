import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fuzzed } from './play.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
const testFiles = ['test/fuzz/queue.test.ts', 'test/fuzz/streams.test.ts'];
/** One queue and four streams. */
const functionsCount = 5;
const timeMaxMs = 3_600_000;

interface Report {
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** Runs the fuzz tests of the queue and stream functions with this many batches each. */
export async function sendMessages(batches: number, seed: number): Promise<Fuzzed> {
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-fuzz-'));
  const reportPath = join(folder, 'report.json');
  try {
    const code = await vitest(reportPath, { RUNS: `${batches}`, FUZZ_SEED: `${seed}` });
    return {
      name: 'random messages on the queue and records in the streams',
      figures: { batches: batches * functionsCount },
      differences: code === 0 ? [] : failuresIn(reportPath),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function vitest(reportPath: string, environment: Readonly<Record<string, string>>): Promise<number> {
  const program = join(project, 'node_modules', 'vitest', 'vitest.mjs');
  const reporting = ['--reporter=json', `--outputFile=${reportPath}`, `--testTimeout=${timeMaxMs}`];
  const child = spawn(process.execPath, [program, 'run', ...testFiles, ...reporting], {
    cwd: project,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => resolve(code ?? 1));
  });
}

function failuresIn(reportPath: string): string[] {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(reportPath, 'utf8')) as Report;
  } catch {
    return [`${testFiles.join(' and ')} ended without a report.`];
  }
  const failed = report.testResults.flatMap(({ message, assertionResults }) => {
    const own = assertionResults.filter(({ status }) => status === 'failed');
    return own.length > 0
      ? own.map(({ fullName, failureMessages = [] }) => `${fullName}: ${failureMessages.join('\n')}`)
      : [message ?? ''];
  });
  return failed.filter(one => one !== '');
}
