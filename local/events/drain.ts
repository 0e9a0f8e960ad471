import type { StreamSource } from '../tables/stream-source.ts';
import type { Bus } from './bus.ts';
import type { QueueConsumer } from './queue-consumer.ts';
import type { Queues } from './queues.ts';
import type { StreamConsumer } from './stream-consumer.ts';

export interface DrainParts {
  bus: Bus;
  queues: Queues;
  queueConsumers: QueueConsumer[];
  streamConsumers: StreamConsumer[];
  source: StreamSource;
}

const checkPeriodMs = 50;

export interface DrainStatus {
  /** True while a caller waits for a drain. Consumers then skip their batching windows. */
  isDraining(): boolean;
}

/** Waits until all deliveries, queue messages and stream records have been processed. */
export class Drain implements DrainStatus {
  #parts: DrainParts | undefined;
  #waiting = 0;
  /** Counts the progress of all parts, so that a check can tell whether anything happened while it ran. */
  #activity = 0;
  #endPause: (() => void) | undefined;

  /** Sets the parts. They come after the constructor because the consumers need this object in theirs. */
  connect(parts: DrainParts): void {
    this.#parts = parts;
  }

  isDraining(): boolean {
    return this.#waiting > 0;
  }

  /** Records that a part has made progress. */
  noteActivity(): void {
    this.#activity += 1;
    this.checkNow();
  }

  /** Makes a waiting drain check again at once, for example because a consumer has become idle. */
  checkNow(): void {
    this.#endPause?.();
  }

  /** Resolves to true once no work is left, or to false after the time-out. */
  async wait(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    this.#waiting += 1;
    try {
      this.#wakeConsumers();
      while (!(await this.#isIdle())) {
        if (performance.now() > deadline) return false;
        await this.#pause();
      }
      return true;
    } finally {
      this.#waiting -= 1;
    }
  }

  #wakeConsumers(): void {
    for (const consumer of this.#parts?.queueConsumers ?? []) consumer.wake();
    for (const consumer of this.#parts?.streamConsumers ?? []) consumer.wake();
  }

  #pause(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, checkPeriodMs);
      this.#endPause = () => {
        this.#endPause = undefined;
        clearTimeout(timer);
        setImmediate(resolve);
      };
    });
  }

  /**
   * True if no work is left. Reading the ends of the streams takes time, so this checks for pending work
   * before and after that read, and returns false if there was any activity in between. No work can slip
   * through.
   */
  async #isIdle(): Promise<boolean> {
    if (this.#parts === undefined || !this.#nothingPending()) return false;
    const { streamConsumers, source } = this.#parts;
    const activity = this.#activity;
    const tables = [...new Set(streamConsumers.map(({ table }) => table))];
    const ends = new Map(
      await Promise.all(tables.map(async table => [table, await source.end(table)] as const)),
    );
    const atEnd = streamConsumers.every(({ table, position }) => position >= (ends.get(table) ?? ''));
    if (!atEnd) for (const consumer of streamConsumers) consumer.wake();
    return atEnd && activity === this.#activity && this.#nothingPending();
  }

  #nothingPending(): boolean {
    if (this.#parts === undefined) return false;
    const { bus, queues, queueConsumers, streamConsumers } = this.#parts;
    return (
      bus.pendingCount() === 0 &&
      // Ignores queues without a consumer, such as dead-letter queues: waiting does not empty them.
      queueConsumers.every(({ queue }) => queues.count(queue) === 0) &&
      queueConsumers.every(({ running }) => running === 0) &&
      streamConsumers.every(({ running }) => !running)
    );
  }
}
