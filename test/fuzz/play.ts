import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { startLocal } from '../../local/start-local.ts';
import { putMessages } from './messages.ts';
import { Fuzzer } from './run.ts';
import { inhabit } from './world.ts';

/** What came of rubbish of one sort. */
export interface Fuzzed {
  readonly name: string;
  readonly figures: Readonly<Record<string, number | string>>;
  /** What was answered wrongly, or wrote something; empty where nothing did. */
  readonly differences: readonly string[];
}

/**
 * Rubbish over all routes, and then on the award queue and in the streams: no 500, no crash, and what is refused
 * writes nothing.
 *
 * @param seed the same gives the same
 */
export async function fuzz(
  requests: number,
  seed: number,
  onProgress: (words: string) => void,
): Promise<Fuzzed[]> {
  const asked = await putRequests(requests, seed, onProgress);
  onProgress('messages and stream records without sense');
  return [asked, await putMessages(Math.ceil(requests / requestsPerMessage), seed)];
}

/** Batches of messages, and of records for each stream: one for so many requests. */
const requestsPerMessage = 100;

async function putRequests(
  requests: number,
  seed: number,
  onProgress: (words: string) => void,
): Promise<Fuzzed> {
  const dataDir = mkdtempSync(`${tmpdir()}/nuanxin-fuzz-`);
  const platform = await startLocal({ dataDir, port: 0, schedules: false });
  const fuzzer = new Fuzzer(platform.url, dataDir, await inhabit(platform.url));
  const differences: string[] = [];
  try {
    await fuzzer.fuzzAll(requests, seed, done => onProgress(`${done} of ${requests} requests without sense`));
  } catch (error) {
    differences.push(withCause(error));
  } finally {
    fuzzer.close();
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  const counts = Object.values(fuzzer.statuses);
  const answered = Object.entries(fuzzer.statuses).map(([status, count]) => `${count} × ${status}`);
  return {
    name: 'requests without sense, over all routes',
    figures: { sent: counts.reduce((sum, count) => sum + count, 0), answered: answered.join(', ') },
    differences,
  };
}

/** What was wrong is the cause; the error itself has the seed and the request. */
function withCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.cause.message}\n${error.message}` : error.message;
}
