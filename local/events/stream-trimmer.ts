import type { StreamSource } from '../tables/stream-source.ts';
import type { StreamConsumer } from './stream-consumer.ts';

const periodMs = 2000;

/**
 * Deletes stream records that all consumers of the table have processed. The engine slows down as records
 * pile up.
 */
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
        // The engine held its write lock for too long. The next period retries.
        this.#log(`could not trim the stream of ${table}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}
