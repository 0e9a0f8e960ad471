import type { QueueMapping } from '../template/model.ts';
import type { Functions } from '../workers/functions.ts';
import { failedItems } from './batch-answer.ts';
import { compilePattern, type Matcher } from './event-pattern.ts';
import { lambdaRecord, type Queues, type Received } from './queues.ts';

/** Lambda's limit for an event is 6 MB; what stands around the bodies needs room. */
const batchBytesMax = 5_000_000;

export interface Hurry {
  /** True while somebody waits for everything to be worked off: batches then do not wait to be filled. */
  hurried(): boolean;
}

/** Hands the messages of one queue to one function, in batches, several at a time. */
export class QueueConsumer {
  readonly #mapping: QueueMapping;
  readonly #queues: Queues;
  readonly #functions: Functions;
  readonly #hurry: Hurry;
  readonly #filters: Matcher[];
  readonly #onSettled: () => void;
  #running = 0;
  #firstSeenAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    mapping: QueueMapping,
    queues: Queues,
    functions: Functions,
    hurry: Hurry,
    onSettled: () => void,
  ) {
    this.#mapping = mapping;
    this.#queues = queues;
    this.#functions = functions;
    this.#hurry = hurry;
    this.#onSettled = onSettled;
    this.#filters = mapping.filters.map(filter => compilePattern(JSON.parse(filter)));
    queues.onMessage(mapping.queue, () => this.wake());
  }

  get queue(): string {
    return this.#mapping.queue;
  }

  get running(): number {
    return this.#running;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Looks for work; called when there may be some. */
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
      this.#firstSeenAt = undefined;
      if (batch.length > 0) void this.#work(batch);
    }
  }

  /** How long to wait for a batch: 0 to take one now, undefined where nothing is to come. */
  #waitMs(): number | undefined {
    const { queue, batchSize, windowMs } = this.#mapping;
    const visibleAt = this.#queues.nextVisibleAt(queue);
    if (visibleAt === undefined) return undefined;
    const now = Date.now();
    if (visibleAt > now) return visibleAt - now;
    if (windowMs === 0 || this.#hurry.hurried()) return 0;
    this.#firstSeenAt ??= now;
    const remainingMs = this.#firstSeenAt + windowMs - now;
    return remainingMs <= 0 || this.#queues.visibleCount(queue) >= batchSize ? 0 : remainingMs;
  }

  #wakeIn(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.min(waitMs, 60_000));
  }

  async #work(batch: Received[]): Promise<void> {
    this.#running += 1;
    const wanted = batch.filter(message => this.#wants(message));
    const failed = wanted.length === 0 ? new Set<string>() : await this.#invoke(wanted);
    if (!this.#closed) {
      const isFailed = ({ messageId }: Received) => failed === null || failed.has(messageId);
      this.#queues.settle(
        this.#mapping.queue,
        batch.filter(message => !isFailed(message)),
        batch.filter(isFailed),
      );
    }
    this.#running -= 1;
    this.#onSettled();
    this.wake();
  }

  async #invoke(batch: Received[]): Promise<Set<string> | null> {
    const { arn } = this.#queues.model(this.#mapping.queue);
    const event = JSON.stringify({ Records: batch.map(message => lambdaRecord(arn, message)) });
    const outcome = await this.#functions.invoke(this.#mapping.functionName, event);
    const identifiers = new Set(batch.map(({ messageId }) => messageId));
    return failedItems(outcome, this.#mapping.reportsItemFailures, identifiers);
  }

  /** What no filter wants is deleted unseen, as by AWS. */
  #wants(message: Received): boolean {
    if (this.#filters.length === 0) return true;
    const event = { body: parsedBody(message.body) };
    return this.#filters.some(filter => filter(event));
  }
}

function parsedBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
