import type { StreamSource } from '../tables/stream-source.ts';
import type { StreamConsumer } from './stream-consumer.ts';

const periodMs = 2000;

/** Lets go of stream records that every consumer of their table is past: the engine slows down with what it keeps. */
export class StreamTrimmer {
  readonly #source: StreamSource;
  readonly #consumers: StreamConsumer[];
  readonly #log: (line: string) => void;
  readonly #trimmed = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(source: StreamSource, consumers: StreamConsumer[], log: (line: string) => void) {
    this.#source = source;
    this.#consumers = consumers;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => this.#trim(), periodMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #trim(): void {
    for (const table of new Set(this.#consumers.map(consumer => consumer.table))) {
      const positions = this.#consumers
        .filter(consumer => consumer.table === table)
        .map(({ position }) => position);
      const consumed = positions.sort()[0];
      if (consumed === undefined || consumed === this.#trimmed.get(table)) continue;
      try {
        this.#source.trim(table, consumed);
        this.#trimmed.set(table, consumed);
      } catch (error) {
        // The engine was writing all the while; there is a next time.
        this.#log(`stream of ${table} not trimmed: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}
