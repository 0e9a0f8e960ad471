import type { StreamSource } from '../tables/stream-source.ts';
import type { Bus } from './bus.ts';
import type { Hurry, QueueConsumer } from './queue-consumer.ts';
import type { Queues } from './queues.ts';
import type { StreamConsumer } from './stream-consumer.ts';

export interface DrainParts {
  bus: Bus;
  queues: Queues;
  queueConsumers: QueueConsumer[];
  streamConsumers: StreamConsumer[];
  source: StreamSource;
}

const lookAgainMs = 50;

/** Waits until every delivery, queue and stream has been worked off. */
export class Drain implements Hurry {
  #parts: DrainParts | undefined;
  #waiting = 0;
  #activity = 0;
  #look: (() => void) | undefined;

  /** The consumers need this object before they exist themselves. */
  connect(parts: DrainParts): void {
    this.#parts = parts;
  }

  hurried(): boolean {
    return this.#waiting > 0;
  }

  /** Something was taken in or worked off. */
  noteActivity(): void {
    this.#activity += 1;
    this.lookAgain();
  }

  /** Somebody has come to rest, perhaps without having found any work. */
  lookAgain(): void {
    this.#look?.();
  }

  /** True once nothing is left, false after the time. */
  async wait(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    this.#waiting += 1;
    try {
      this.#wakeConsumers();
      while (!(await this.#isIdle())) {
        if (performance.now() > deadline) return false;
        await this.#activityOrPause();
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

  #activityOrPause(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, lookAgainMs);
      this.#look = () => {
        this.#look = undefined;
        clearTimeout(timer);
        setImmediate(resolve);
      };
    });
  }

  /**
   * Nothing can slip through between the looks: what runs is looked at before the streams' ends are read
   * and again after, and any activity in between makes the look void.
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
      // A queue that nothing here consumes is for others to read; it never gets empty by waiting.
      queueConsumers.every(({ queue }) => queues.count(queue) === 0) &&
      queueConsumers.every(({ running }) => running === 0) &&
      streamConsumers.every(({ running }) => !running)
    );
  }
}
