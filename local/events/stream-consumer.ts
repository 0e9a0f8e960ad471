import type { Clock } from '../state/clock.ts';
import type { State } from '../state/state.ts';
import {
  type StreamPosition,
  type StreamRecord,
  type StreamSource,
  streamStart,
} from '../tables/stream-source.ts';
import type { FunctionModel, StreamMapping } from '../template/model.ts';
import type { Outcome } from '../workers/function-pool.ts';
import type { Functions } from '../workers/functions.ts';
import { failedItems } from './batch-response.ts';
import type { DrainStatus } from './drain.ts';
import { compilePattern, type Matcher } from './event-pattern.ts';
import type { Queues } from './queues.ts';
import { failureNotice, withinEventLimit } from './stream-batch.ts';

const retryBaseMs = 100;
const retryMaxMs = 10_000;

export interface StreamConsumerParts {
  mapping: StreamMapping;
  source: StreamSource;
  state: State;
  clock: Clock;
  functions: Functions;
  model: FunctionModel;
  queues: Queues;
  drain: DrainStatus;
  /** Called when the position has advanced. */
  onProgress(): void;
  /** Called when the consumer has reached the end of the stream, or has stopped after an error. */
  onIdle(): void;
  log(line: string): void;
}

/** Passes the records of one table's stream to one function, in order, and stores its position. */
export class StreamConsumer {
  readonly #parts: StreamConsumerParts;
  readonly #filters: Matcher[];
  readonly #savePosition;
  #position: StreamPosition = streamStart;
  #running = false;
  /** True if `wake` was called since the last read. */
  #wakeRequested = false;
  #closed = false;
  #failures = 0;
  #batchMax: number;
  #sleeping: { timer: NodeJS.Timeout; end(): void } | undefined;

  constructor(parts: StreamConsumerParts) {
    this.#parts = parts;
    this.#batchMax = parts.mapping.batchSize;
    this.#filters = parts.mapping.filters.map(filter => compilePattern(JSON.parse(filter)));
    this.#savePosition = parts.state.database.prepare(
      'INSERT OR REPLACE INTO stream_positions (mapping, position) VALUES (?, ?)',
    );
  }

  get table(): string {
    return this.#parts.mapping.table;
  }

  get position(): StreamPosition {
    return this.#position;
  }

  get running(): boolean {
    return this.#running;
  }

  /**
   * Loads the stored position. A new mapping starts at the beginning or at the end of the stream, as
   * configured.
   */
  async open(): Promise<void> {
    const { state, mapping, source } = this.#parts;
    const row = state.database
      .prepare('SELECT position FROM stream_positions WHERE mapping = ?')
      .get(mapping.id);
    if (typeof row?.position === 'string') this.#position = row.position;
    else this.#savePositionAt(mapping.fromLatest ? await source.end(mapping.table) : streamStart);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#sleeping?.timer);
    this.#sleeping?.end();
  }

  /** Starts reading, if it is not running. Call it when there may be new records. */
  wake(): void {
    this.#wakeRequested = true;
    if (this.#running || this.#closed) return;
    this.#running = true;
    this.#processAll().then(
      () => this.#becomeIdle(),
      (error: Error) => {
        this.#parts.log(`stream of ${this.table}: ${error.message}`);
        this.#becomeIdle(retryMaxMs);
      },
    );
  }

  #becomeIdle(wakeAfterMs?: number): void {
    this.#running = false;
    this.#parts.onIdle();
    if (wakeAfterMs !== undefined) setTimeout(() => this.wake(), wakeAfterMs).unref();
    else if (this.#wakeRequested) this.wake();
  }

  async #processAll(): Promise<void> {
    while (!this.#closed) {
      this.#wakeRequested = false;
      const records = await this.#nextBatch();
      if (records.length === 0) return;
      await this.#deliver(records);
    }
  }

  async #nextBatch(): Promise<StreamRecord[]> {
    const { source, mapping, drain } = this.#parts;
    const read = () => source.read(mapping.table, this.#position, this.#batchMax);
    const records = await read();
    const isFullOrEmpty = records.length === 0 || records.length >= this.#batchMax;
    const skipsWindow = mapping.windowMs === 0 || this.#failures > 0 || drain.isDraining();
    if (isFullOrEmpty || skipsWindow) return withinEventLimit(records);
    await this.#sleep(mapping.windowMs, () => drain.isDraining());
    return this.#closed ? [] : withinEventLimit(await read());
  }

  async #deliver(records: StreamRecord[]): Promise<void> {
    const { mapping, functions } = this.#parts;
    const matching = records.filter(record => this.#matches(record));
    const last = records.at(-1)?.dynamodb.SequenceNumber ?? this.#position;
    if (matching.length === 0) return this.#succeed(last);
    const outcome = await functions.invoke(mapping.functionName, JSON.stringify({ Records: matching }));
    if (this.#closed) return;
    const identifiers = new Set(matching.map(({ dynamodb }) => dynamodb.SequenceNumber));
    const failed = failedItems(outcome, mapping.reportsItemFailures, identifiers);
    if (failed !== null && failed.size === 0) return this.#succeed(last);
    const first = failed === null ? undefined : [...failed].sort()[0];
    const remaining = first === undefined ? matching : this.#advanceTo(first, records, matching);
    await this.#fail(remaining, outcome, last);
  }

  /**
   * Advances the position to just before the first failed record and returns the matching records from there
   * on.
   */
  #advanceTo(first: string, records: StreamRecord[], matching: StreamRecord[]): StreamRecord[] {
    const before = records.findLast(({ dynamodb }) => dynamodb.SequenceNumber < first);
    if (before !== undefined) {
      this.#savePositionAt(before.dynamodb.SequenceNumber);
      this.#failures = 0;
    }
    return matching.filter(({ dynamodb }) => dynamodb.SequenceNumber >= first);
  }

  /** Advances past the batch. `extraWrites` run in the same transaction. */
  #succeed(last: StreamPosition, extraWrites?: () => void): void {
    this.#savePositionAt(last, extraWrites);
    this.#failures = 0;
    this.#batchMax = Math.min(this.#parts.mapping.batchSize, this.#batchMax * 2);
  }

  /**
   * Retries the remaining records: as a smaller batch, or after a backoff, or gives them up after the last
   * retry.
   */
  async #fail(remaining: StreamRecord[], outcome: Outcome, last: StreamPosition): Promise<void> {
    const { mapping } = this.#parts;
    if (mapping.bisects && remaining.length > 1) {
      // Halves the batch until the failing record is isolated. As on AWS, splitting does not count as a
      // retry.
      this.#batchMax = Math.ceil(remaining.length / 2);
      return;
    }
    this.#failures += 1;
    if (mapping.maxRetries >= 0 && this.#failures > mapping.maxRetries) {
      return this.#giveUp(remaining, outcome, last);
    }
    await this.#sleep(Math.min(retryMaxMs, retryBaseMs * 2 ** Math.min(this.#failures - 1, 10)), () => false);
  }

  /** Skips the failed records and, as AWS does, sends a notice about them to the failure queue. */
  #giveUp(remaining: StreamRecord[], outcome: Outcome, last: StreamPosition): void {
    const { mapping, queues, clock, model } = this.#parts;
    const notice = failureNotice(mapping, model, remaining, outcome, this.#failures, new Date(clock.now()));
    this.#succeed(last, () => {
      if (mapping.failureQueue !== undefined)
        queues.send(mapping.failureQueue, { body: JSON.stringify(notice) });
    });
  }

  /** Stores the position. Advances in memory only after the commit, so that a failed write is retried. */
  #savePositionAt(position: StreamPosition, extraWrites?: () => void): void {
    this.#parts.state.transaction(() => {
      extraWrites?.();
      this.#savePosition.run(this.#parts.mapping.id, position);
    });
    this.#position = position;
    this.#parts.onProgress();
  }

  /** Waits until the delay is over, `endEarly` returns true, or the consumer is closed. */
  #sleep(delayMs: number, endEarly: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        clearInterval(watch);
        clearTimeout(timer);
        resolve();
      };
      const watch = setInterval(() => endEarly() && end(), 20);
      const timer = setTimeout(end, delayMs);
      this.#sleeping = { timer, end };
    });
  }

  /** True if one of the mapping's filters matches, or if it has none. */
  #matches(record: StreamRecord): boolean {
    return this.#filters.length === 0 || this.#filters.some(filter => filter(record));
  }
}
