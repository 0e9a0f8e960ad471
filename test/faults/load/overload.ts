import { setTimeout as pause } from 'node:timers/promises';
import type { PlainResult } from '../report/results.ts';
import type { PlatformUnderLoad } from './platform-under-load.ts';
import type { Tally } from './tally.ts';

/** Who sends ten times too much has no patience, but not more connections than a machine has. */
const outstandingMax = 1000;
const tickMs = 10;
const overloadFactor = 10;

/**
 * Ten times what the platform can do, whatever it answers: refused politely, recovered, nothing accepted is lost.
 *
 * @param heldPerSecond requests a second that it holds for good
 */
export async function overload(
  platform: PlatformUnderLoad,
  tally: Tally,
  heldPerSecond: number,
  durationMs: number,
): Promise<PlainResult> {
  const before = tally.acceptedCount;
  const startedAt = performance.now();
  const counts = new Map<string, number>();
  const impolite = new Map<string, number>();
  const count = (of: Map<string, number>, name: string) => of.set(name, (of.get(name) ?? 0) + 1);
  let sent = 0;
  let outstanding = 0;
  let memoryMb = 0;
  const send = async () => {
    outstanding += 1;
    const { status, retryAfter, body } = await tally.post(1);
    outstanding -= 1;
    count(counts, String(status));
    const isRefusal = status === 429 || status === 503;
    if (isRefusal && !(Number(retryAfter) > 0)) count(impolite, `${status} without Retry-After`);
    if (!isRefusal && status !== 202)
      count(impolite, `answers of ${status} ${body?.detail ?? body?.message ?? ''}`);
  };
  while (performance.now() - startedAt < durationMs) {
    const due = ((performance.now() - startedAt) / 1000) * heldPerSecond * overloadFactor;
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
  const refusals = (counts.get('429') ?? 0) + (counts.get('503') ?? 0);
  return {
    name: `ten times that, or as much as can be sent, for ${Math.round(durationMs / 1000)} s`,
    figures: {
      'requests/s': Math.round(sent / seconds),
      'times the rate before': Number((sent / seconds / heldPerSecond).toFixed(1)),
      accepted: tally.acceptedCount - before,
      refused: refusals,
      'MB at most': memoryMb,
    },
    differences: [
      ...(await tally.wrong(platform.dataDir)),
      ...[...impolite].map(([what, times]) => `${times} ${what}`),
      ...(refusals === 0 ? ['nothing was refused: this was no overload'] : []),
      ...(deadLetters > 0 ? [`${deadLetters} dead letters`] : []),
      ...(status === 202 ? [] : [`afterwards an event is answered ${status}`]),
    ],
  };
}
