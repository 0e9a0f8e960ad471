import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { startLocal } from '../../infra/local/start.ts';
import { Fuzzer } from '../fuzz/run.ts';
import { inhabit } from '../fuzz/world.ts';
import type { PlainResult } from './report/results.ts';

/** Requests without sense over all routes: no 500, no crash, and what is refused writes nothing. */
export async function playRubbish(
  requests: number,
  seed: number,
  onProgress: (words: string) => void,
): Promise<PlainResult> {
  const dataDir = mkdtempSync(`${tmpdir()}/nuanxin-rubbish-`);
  const platform = await startLocal({ dataDir, port: 0, schedules: false });
  const fuzzer = new Fuzzer(platform.url, dataDir, await inhabit(platform.url));
  let sent = 0;
  const differences: string[] = [];
  try {
    await fuzzer.fuzzAll(requests, seed, done => {
      sent = done;
      onProgress(`${done} of ${requests} requests without sense`);
    });
  } catch (error) {
    differences.push(error instanceof Error ? error.message : String(error));
  } finally {
    fuzzer.close();
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  const answered = Object.entries(fuzzer.statuses).map(([status, count]) => `${count} × ${status}`);
  return { name: 'requests without sense', figures: { sent, answered: answered.join(', ') }, differences };
}
