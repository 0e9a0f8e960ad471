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
import { failedItems } from './batch-answer.ts';
import { compilePattern, type Matcher } from './event-pattern.ts';
import type { Hurry } from './queue-consumer.ts';
import type { Queues } from './queues.ts';

const retryBaseMs = 100;
const retryMaxMs = 10_000;
/** An event is at most 6 MB, and a record with both images at most 0.8 MB. */
const batchBytesMax = 5_000_000;

export interface StreamConsumerParts {
  mapping: StreamMapping;
  source: StreamSource;
  state: State;
  clock: Clock;
  functions: Functions;
  model: FunctionModel;
  queues: Queues;
  hurry: Hurry;
  /** Called when the position has moved. */
  onSettled(): void;
  /** Called when there is nothing more to read for now. */
  onRest(): void;
  log(line: string): void;
}

/** Hands one table's records to one function, in order, and remembers how far it is. */
export class StreamConsumer {
  readonly #parts: StreamConsumerParts;
  readonly #filters: Matcher[];
  readonly #savePosition;
  #position: StreamPosition = streamStart;
  #running = false;
  #wanted = false;
  #closed = false;
  #failures = 0;
  #batchMax: number;
  #pause: { timer: NodeJS.Timeout; end(): void } | undefined;

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

  /** Finds where it was, or for a new mapping where it begins. */
  async open(): Promise<void> {
    const { state, mapping, source } = this.#parts;
    const row = state.database
      .prepare('SELECT position FROM stream_positions WHERE mapping = ?')
      .get(mapping.id);
    if (typeof row?.position === 'string') this.#position = row.position;
    else this.#moveTo(mapping.fromLatest ? await source.end(mapping.table) : streamStart);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#pause?.timer);
    this.#pause?.end();
  }

  /** Looks for records; called when there may be some. */
  wake(): void {
    this.#wanted = true;
    if (this.#running || this.#closed) return;
    this.#running = true;
    this.#workOff().then(
      () => this.#rest(),
      (error: Error) => {
        this.#parts.log(`stream of ${this.table}: ${error.message}`);
        this.#rest(retryMaxMs);
      },
    );
  }

  #rest(afterMs?: number): void {
    this.#running = false;
    this.#parts.onRest();
    if (afterMs !== undefined) setTimeout(() => this.wake(), afterMs).unref();
    else if (this.#wanted) this.wake();
  }

  async #workOff(): Promise<void> {
    while (!this.#closed) {
      this.#wanted = false;
      const records = await this.#nextBatch();
      if (records.length === 0) return;
      await this.#deliver(records);
    }
  }

  async #nextBatch(): Promise<StreamRecord[]> {
    const { source, mapping, hurry } = this.#parts;
    const read = () => source.read(mapping.table, this.#position, this.#batchMax);
    const records = await read();
    const fills = records.length === 0 || records.length >= this.#batchMax;
    if (fills || mapping.windowMs === 0 || this.#failures > 0 || hurry.hurried()) return bounded(records);
    await this.#sleep(mapping.windowMs, () => hurry.hurried());
    return this.#closed ? [] : bounded(await read());
  }

  async #deliver(records: StreamRecord[]): Promise<void> {
    const { mapping, functions } = this.#parts;
    const wanted = records.filter(record => this.#wants(record));
    const last = records.at(-1)?.dynamodb.SequenceNumber ?? this.#position;
    if (wanted.length === 0) return this.#succeed(last);
    const outcome = await functions.invoke(mapping.functionName, JSON.stringify({ Records: wanted }));
    if (this.#closed) return;
    const identifiers = new Set(wanted.map(({ dynamodb }) => dynamodb.SequenceNumber));
    const failed = failedItems(outcome, mapping.reportsItemFailures, identifiers);
    if (failed !== null && failed.size === 0) return this.#succeed(last);
    const first = failed === null ? undefined : [...failed].sort()[0];
    const rest = first === undefined ? wanted : this.#advanceTo(first, records, wanted);
    await this.#fail(rest, outcome, last);
  }

  /** Everything before the first record that failed is done; what is left begins with it. */
  #advanceTo(first: string, records: StreamRecord[], wanted: StreamRecord[]): StreamRecord[] {
    const before = records.findLast(({ dynamodb }) => dynamodb.SequenceNumber < first);
    if (before !== undefined) {
      this.#moveTo(before.dynamodb.SequenceNumber);
      this.#failures = 0;
    }
    return wanted.filter(({ dynamodb }) => dynamodb.SequenceNumber >= first);
  }

  /** @param besides what is stored together with the position, or not at all */
  #succeed(last: StreamPosition, besides?: () => void): void {
    this.#moveTo(last, besides);
    this.#failures = 0;
    this.#batchMax = Math.min(this.#parts.mapping.batchSize, this.#batchMax * 2);
  }

  async #fail(rest: StreamRecord[], outcome: Outcome, last: StreamPosition): Promise<void> {
    const { mapping } = this.#parts;
    if (mapping.bisects && rest.length > 1) {
      // The half that holds the poison gets smaller with each try; splitting is not counted as a retry.
      this.#batchMax = Math.ceil(rest.length / 2);
      return;
    }
    this.#failures += 1;
    if (mapping.maxRetries >= 0 && this.#failures > mapping.maxRetries) {
      return this.#giveUp(rest, outcome, last);
    }
    await this.#sleep(Math.min(retryMaxMs, retryBaseMs * 2 ** Math.min(this.#failures - 1, 10)), () => false);
  }

  /** The failed records are told to the failure queue, as AWS does, and the next ones are worked on. */
  #giveUp(rest: StreamRecord[], outcome: Outcome, last: StreamPosition): void {
    const { mapping, queues, clock, model } = this.#parts;
    const notice = failureNotice(mapping, model, rest, outcome, this.#failures, new Date(clock.now()));
    this.#succeed(last, () => {
      if (mapping.failureQueue !== undefined)
        queues.send(mapping.failureQueue, { body: JSON.stringify(notice) });
    });
  }

  /** Not before it is committed: what is rolled back is to be tried again. */
  #moveTo(position: StreamPosition, besides?: () => void): void {
    this.#parts.state.transaction(() => {
      besides?.();
      this.#savePosition.run(this.#parts.mapping.id, position);
    });
    this.#position = position;
    this.#parts.onSettled();
  }

  /** A pause that ends early when the platform closes or somebody gets in a hurry. */
  #sleep(delayMs: number, early: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        clearInterval(watch);
        clearTimeout(timer);
        resolve();
      };
      const watch = setInterval(() => early() && end(), 20);
      const timer = setTimeout(end, delayMs);
      this.#pause = { timer, end };
    });
  }

  #wants(record: StreamRecord): boolean {
    return this.#filters.length === 0 || this.#filters.some(filter => filter(record));
  }
}

function bounded(records: StreamRecord[]): StreamRecord[] {
  let bytes = 0;
  const end = records.findIndex(({ dynamodb }) => {
    bytes += dynamodb.SizeBytes;
    return bytes > batchBytesMax;
  });
  return end <= 0 ? records.slice(0, end < 0 ? undefined : 1) : records.slice(0, end);
}

function failureNotice(
  mapping: StreamMapping,
  model: FunctionModel,
  records: StreamRecord[],
  outcome: Outcome,
  attempts: number,
  now: Date,
): object {
  return {
    requestContext: {
      functionArn: model.arn,
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: attempts,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: outcome.ok ? 'BatchItemFailures' : outcome.error.errorType,
    },
    version: '1.0',
    timestamp: now.toISOString(),
    DDBStreamBatchInfo: {
      shardId: `shardId-${mapping.table}`,
      startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      batchSize: records.length,
      streamArn: mapping.streamArn,
    },
  };
}
