import { setTimeout as pause } from 'node:timers/promises';
import type { PlainResult } from '../report/results.ts';
import type { PlatformUnderLoad } from './platform-under-load.ts';
import type { Tally } from './tally.ts';

/** Concurrent requests; a client machine has no more connections. */
const outstandingMax = 1000;
const tickMs = 10;
const overloadFactor = 10;

/**
 * Sends ten times the sustained rate. The platform must reject the excess with 429 or 503 and Retry-After, lose no
 * accepted event, and recover.
 *
 * @param sustainedPerSecond requests per second that the platform sustains
 */
export async function overload(
  platform: PlatformUnderLoad,
  tally: Tally,
  sustainedPerSecond: number,
  durationMs: number,
): Promise<PlainResult> {
  const before = tally.acceptedCount;
  const startedAt = performance.now();
  const counts = new Map<string, number>();
  const wrongAnswers = new Map<string, number>();
  const count = (of: Map<string, number>, name: string) => of.set(name, (of.get(name) ?? 0) + 1);
  let sent = 0;
  let outstanding = 0;
  let memoryMb = 0;
  const send = async () => {
    outstanding += 1;
    const { status, retryAfter, body } = await tally.post(1);
    outstanding -= 1;
    count(counts, String(status));
    const isRejected = status === 429 || status === 503;
    if (isRejected && !(Number(retryAfter) > 0)) count(wrongAnswers, `${status} without Retry-After`);
    if (!isRejected && status !== 202)
      count(wrongAnswers, `answers with ${status} ${body?.detail ?? body?.message ?? ''}`);
  };
  while (performance.now() - startedAt < durationMs) {
    const due = ((performance.now() - startedAt) / 1000) * sustainedPerSecond * overloadFactor;
    while (sent < due && outstanding < outstandingMax) {
      sent += 1;
      void send();
    }
    await pause(tickMs);
    memoryMb = Math.max(memoryMb, platform.memoryMb().platform);
  }
  while (outstanding > 0) await pause(tickMs);
  const seconds = (performance.now() - startedAt) / 1000;
  const { deadLetters } = await tally.drained();
  const { status } = await tally.post(1);
  await tally.drained();
  const rejections = (counts.get('429') ?? 0) + (counts.get('503') ?? 0);
  return {
    name: `overload at ten times that rate for ${Math.round(durationMs / 1000)} s`,
    figures: {
      'requests/s': Math.round(sent / seconds),
      'ratio to the sustained rate': Number((sent / seconds / sustainedPerSecond).toFixed(1)),
      accepted: tally.acceptedCount - before,
      rejected: rejections,
      'peak MB': memoryMb,
    },
    differences: [
      ...(await tally.wrong(platform.dataDir)),
      ...[...wrongAnswers].map(([what, times]) => `${times} ${what}`),
      ...(rejections === 0 ? ['nothing was rejected: this was no overload'] : []),
      ...(deadLetters > 0 ? [`${deadLetters} dead letters`] : []),
      ...(status === 202 ? [] : [`after the overload an event is answered with ${status}`]),
    ],
  };
}
