import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { startLocal } from '../../local/start-local.ts';
import { sendMessages } from './messages.ts';
import { Fuzzer } from './run.ts';
import { inhabit } from './world.ts';

/** The result of one kind of random input. */
export interface Fuzzed {
  readonly name: string;
  readonly figures: Readonly<Record<string, number | string>>;
  /** Wrong answers and unexpected writes; empty if there were none. */
  readonly differences: readonly string[];
}

/**
 * Sends random requests to all routes, then random messages to the award queue and the streams. There must be no 500 and
 * no crash, and rejected input must write nothing.
 *
 * @param seed the same seed gives the same input
 */
export async function fuzz(
  requests: number,
  seed: number,
  onProgress: (words: string) => void,
): Promise<Fuzzed[]> {
  const asked = await sendRequests(requests, seed, onProgress);
  onProgress('random messages and stream records');
  return [asked, await sendMessages(Math.ceil(requests / requestsPerMessage), seed)];
}

/** One batch of messages, and one of records per stream, for this many requests. */
const requestsPerMessage = 100;

async function sendRequests(
  requests: number,
  seed: number,
  onProgress: (words: string) => void,
): Promise<Fuzzed> {
  const dataDir = mkdtempSync(`${tmpdir()}/nuanxin-fuzz-`);
  const platform = await startLocal({ dataDir, port: 0, schedules: false });
  const fuzzer = new Fuzzer(platform.url, dataDir, await inhabit(platform.url));
  const differences: string[] = [];
  try {
    await fuzzer.fuzzAll(requests, seed, done => onProgress(`${done} of ${requests} random requests`));
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
    name: 'random requests over all routes',
    figures: { sent: counts.reduce((sum, count) => sum + count, 0), answered: answered.join(', ') },
    differences,
  };
}

/** The cause says what was wrong; the error itself has the seed and the request. */
function withCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.cause.message}\n${error.message}` : error.message;
}
