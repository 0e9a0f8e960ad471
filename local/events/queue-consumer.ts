import { parsedJson } from '../common/parsed-json.ts';
import type { QueueMapping } from '../template/model.ts';
import type { Functions } from '../workers/functions.ts';
import { failedItems } from './batch-response.ts';
import type { DrainStatus } from './drain.ts';
import { compilePattern, type Matcher } from './event-pattern.ts';
import { lambdaRecord, type ReceivedMessage } from './messages.ts';
import type { Queues } from './queues.ts';

/** Most bytes of message bodies in an event. Lambda's limit for the whole event is 6 MB. */
const batchBytesMax = 5_000_000;

/** Passes the messages of one queue to one function, in batches, with several invocations at a time. */
export class QueueConsumer {
  readonly #mapping: QueueMapping;
  readonly #queues: Queues;
  readonly #functions: Functions;
  readonly #drain: DrainStatus;
  readonly #filters: Matcher[];
  readonly #onProgress: () => void;
  #running = 0;
  /** Start of the current batching window, in real time. */
  #windowStartedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    mapping: QueueMapping,
    queues: Queues,
    functions: Functions,
    drain: DrainStatus,
    onProgress: () => void,
  ) {
    this.#mapping = mapping;
    this.#queues = queues;
    this.#functions = functions;
    this.#drain = drain;
    this.#onProgress = onProgress;
    this.#filters = mapping.filters.map(filter => compilePattern(JSON.parse(filter)));
    queues.onMessage(mapping.queue, () => this.wake());
  }

  get queue(): string {
    return this.#mapping.queue;
  }

  /** Number of batches in progress. */
  get running(): number {
    return this.#running;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Starts batches up to the concurrency limit. Call it when there may be messages. */
  wake(): void {
    const concurrency = Math.min(
      this.#mapping.concurrency,
      Math.max(1, this.#functions.concurrency(this.#mapping.functionName)),
    );
    while (!this.#closed && this.#running < concurrency) {
      const waitMs = this.#waitMs();
      if (waitMs === undefined) return;
      if (waitMs > 0) {
        this.#wakeIn(waitMs);
        return;
      }
      const batch = this.#queues.receive(this.#mapping.queue, this.#mapping.batchSize, batchBytesMax);
      this.#windowStartedAt = undefined;
      if (batch.length > 0) void this.#process(batch);
    }
  }

  /** Milliseconds until the next batch should be taken; undefined if the queue is empty. */
  #waitMs(): number | undefined {
    const { queue, batchSize, windowMs } = this.#mapping;
    const visibleAt = this.#queues.nextVisibleAt(queue);
    if (visibleAt === undefined) return undefined;
    const now = Date.now();
    if (visibleAt > now) return visibleAt - now;
    if (windowMs === 0 || this.#drain.isDraining()) return 0;
    this.#windowStartedAt ??= now;
    const remainingMs = this.#windowStartedAt + windowMs - now;
    return remainingMs <= 0 || this.#queues.visibleCount(queue) >= batchSize ? 0 : remainingMs;
  }

  #wakeIn(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.min(waitMs, 60_000));
  }

  async #process(batch: ReceivedMessage[]): Promise<void> {
    this.#running += 1;
    const matching = batch.filter(message => this.#matches(message));
    const failed = matching.length === 0 ? new Set<string>() : await this.#invoke(matching);
    if (!this.#closed) {
      const isFailed = ({ messageId }: ReceivedMessage) => failed === null || failed.has(messageId);
      this.#queues.settle(
        this.#mapping.queue,
        batch.filter(message => !isFailed(message)),
        batch.filter(isFailed),
      );
    }
    this.#running -= 1;
    this.#onProgress();
    this.wake();
  }

  async #invoke(batch: ReceivedMessage[]): Promise<Set<string> | null> {
    const { arn } = this.#queues.model(this.#mapping.queue);
    const event = JSON.stringify({ Records: batch.map(message => lambdaRecord(arn, message)) });
    const outcome = await this.#functions.invoke(this.#mapping.functionName, event);
    const identifiers = new Set(batch.map(({ messageId }) => messageId));
    return failedItems(outcome, this.#mapping.reportsItemFailures, identifiers);
  }

  /**
   * True if one of the mapping's filters matches, or if it has none. As on AWS, other messages are deleted
   * undelivered.
   */
  #matches(message: ReceivedMessage): boolean {
    if (this.#filters.length === 0) return true;
    const parsed = parsedJson(message.body);
    const event = { body: parsed === undefined ? message.body : parsed };
    return this.#filters.some(filter => filter(event));
  }
}
