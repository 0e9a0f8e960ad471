import { setTimeout as pause } from 'node:timers/promises';
import type { PlainResult } from '../report/results.ts';
import type { PlatformUnderLoad } from './platform-under-load.ts';
import type { Tally } from './tally.ts';

/** Concurrent requests: enough to keep every worker busy, few enough that none is rejected. */
const senders = 12;
const eventsEach = 3;
/** Events that may wait in the queue. Senders pause above it, so that the measured rate is sustainable. */
const backlogMax = 1500;
const sampleMs = 1000;
/** Allowed growth of memory between the second and the last quarter: more is a leak. Heaps settle in ten minutes. */
const growthMax = 1.15;
const settledAfterMs = 10 * 60_000;

export interface Soak {
  readonly result: PlainResult;
  readonly requestsPerSecond: number;
}

/** Sends at the highest sustainable rate. No event may be lost or rejected, and memory must not grow. */
export async function soak(
  platform: PlatformUnderLoad,
  tally: Tally,
  durationMs: number,
  onSample: (words: string) => void,
): Promise<Soak> {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const rejected = new Map<number, number>();
  const memory: { platform: number; engine: number }[] = [];
  let requests = 0;
  let isBehind = false;
  const send = async () => {
    while (elapsedMs() < durationMs) {
      if (isBehind) await pause(20);
      else {
        const { status } = await tally.post(eventsEach);
        if (status === 202) requests += 1;
        else rejected.set(status, (rejected.get(status) ?? 0) + 1);
      }
    }
  };
  const watch = async () => {
    while (elapsedMs() < durationMs) {
      await pause(sampleMs / 4);
      isBehind = (await tally.backlog()) > backlogMax;
      if (elapsedMs() < memory.length * sampleMs) continue;
      memory.push(platform.memoryMb());
      const rate = Math.round(tally.acceptedCount / (elapsedMs() / 1000));
      onSample(`${rate} events/s, ${memory.at(-1)?.platform} MB`);
    }
  };
  await Promise.all([watch(), ...Array.from({ length: senders }, send)]);
  const { deadLetters } = await tally.drained();
  const seconds = elapsedMs() / 1000;
  const early = medianOf(memory.slice(memory.length / 4, memory.length / 2).map(one => one.platform));
  const late = medianOf(memory.slice((memory.length * 3) / 4).map(one => one.platform));
  return {
    requestsPerSecond: requests / (durationMs / 1000),
    result: {
      name: `soak of ${Math.round(durationMs / 1000)} s`,
      figures: {
        events: tally.acceptedCount,
        'events/s until drained': Math.round(tally.acceptedCount / seconds),
        'MB in the second quarter': early,
        'MB in the last quarter': late,
        'MB of the engine': memory.at(-1)?.engine ?? 0,
      },
      differences: [
        ...(await tally.wrong(platform.dataDir)),
        ...(durationMs >= settledAfterMs && late > early * growthMax
          ? [`memory grew from ${early} to ${late} MB`]
          : []),
        ...(deadLetters > 0 ? [`${deadLetters} dead letters`] : []),
        ...[...rejected].map(([status, count]) => `${count} answers with ${status}`),
      ],
    },
  };
}

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
