import { randomUUID } from 'node:crypto';
import type { Clock } from '../state/clock.ts';
import type { State } from '../state/state.ts';
import type { QueueModel } from '../template/model.ts';
import { type MessageRow, type NewMessage, type ReceivedMessage, receivedMessage } from './messages.ts';
import { prepareQueueStatements } from './queue-statements.ts';

/** Delay before the first retry of a failed message; doubles with each receive. */
const retryBaseMs = 250;

/**
 * The queues of the templates, stored in the state database. Visibility is in real time, unaffected by the
 * clock.
 */
export class Queues {
  readonly #state: State;
  readonly #clock: Clock;
  readonly #models: Map<string, QueueModel>;
  readonly #listeners = new Map<string, (() => void)[]>();
  readonly #statements;

  constructor(state: State, clock: Clock, models: Map<string, QueueModel>) {
    this.#state = state;
    this.#clock = clock;
    this.#models = models;
    this.#statements = prepareQueueStatements(state);
    // After a restart no consumer holds a message, so messages in flight become visible at once. The receive
    // that the restart interrupted does not count: otherwise a few restarts in a row would dead-letter
    // messages that never failed.
    this.#statements.releaseAll.run(Date.now());
  }

  model(queue: string): QueueModel {
    const model = this.#models.get(queue);
    if (model === undefined) throw new Error(`the templates define no queue ${queue}`);
    return model;
  }

  has(queue: string): boolean {
    return this.#models.has(queue);
  }

  /** Stores a message and returns its message id. Joins the caller's transaction, if there is one. */
  send(queue: string, { body, attributes = {}, delayMs }: NewMessage): string {
    const messageId = randomUUID();
    const visibleAt = Date.now() + (delayMs ?? this.model(queue).delayMs);
    const attributesJson = JSON.stringify(attributes);
    this.#statements.insert.run(queue, messageId, body, attributesJson, this.#clock.now(), visibleAt);
    setImmediate(() => this.#wake(queue));
    return messageId;
  }

  /** Calls the listener when a message arrives in the queue. */
  onMessage(queue: string, listener: () => void): void {
    this.#listeners.set(queue, [...(this.#listeners.get(queue) ?? []), listener]);
  }

  /**
   * Takes up to `limit` visible messages with bodies of up to `bytesMax` in total, but always at least one.
   * They stay invisible for the queue's visibility time-out. Moves messages that were received too often to
   * the dead letters.
   */
  receive(queue: string, limit: number, bytesMax: number): ReceivedMessage[] {
    const model = this.model(queue);
    const now = Date.now();
    return this.#state.transaction(() => {
      const taken: ReceivedMessage[] = [];
      let bytes = 0;
      for (const row of this.#statements.visible.all(queue, now, limit) as unknown as MessageRow[]) {
        bytes += Buffer.byteLength(row.body);
        if (taken.length > 0 && bytes > bytesMax) break;
        if (model.redrive !== undefined && row.received >= model.redrive.maxReceiveCount) {
          this.#moveToDeadLetters(row, queue, model.redrive.queue);
          continue;
        }
        const receiveCount = row.received + 1;
        const firstReceivedAt = row.first_received_at ?? this.#clock.now();
        this.#statements.take.run(now + model.visibilityMs, receiveCount, firstReceivedAt, row.id);
        taken.push(receivedMessage(row, receiveCount, firstReceivedAt));
      }
      return taken;
    });
  }

  /**
   * Deletes the processed messages. Failed ones become visible again after a backoff, or move to the dead
   * letters.
   */
  settle(queue: string, processed: ReceivedMessage[], failed: ReceivedMessage[]): void {
    const { visibilityMs, redrive } = this.model(queue);
    this.#state.transaction(() => {
      for (const { id, receiveCount } of processed) this.#statements.deleteHeld.run(id, receiveCount);
      for (const { id, receiveCount } of failed) {
        const row = this.#statements.held.get(id, receiveCount) as unknown as MessageRow | undefined;
        if (row === undefined) continue;
        // AWS moves the message only when it would be received again. Nothing here depends on that wait.
        if (redrive !== undefined && receiveCount >= redrive.maxReceiveCount) {
          this.#moveToDeadLetters(row, queue, redrive.queue);
          continue;
        }
        // AWS waits for the visibility time-out; a shorter backoff keeps local runs fast.
        const backoffMs = Math.min(visibilityMs, retryBaseMs * 2 ** Math.min(receiveCount - 1, 10));
        this.#statements.setVisibleAt.run(Date.now() + backoffMs, id);
      }
    });
  }

  /** Number of messages in the queue, including delayed and in-flight ones. */
  count(queue: string): number {
    return Number(this.#statements.count.get(queue)?.count);
  }

  /** Number of messages that can be received now. */
  visibleCount(queue: string): number {
    return Number(this.#statements.countVisible.get(queue, Date.now())?.count);
  }

  /** Real time at which the next message becomes visible; undefined if the queue is empty. */
  nextVisibleAt(queue: string): number | undefined {
    const at = this.#statements.nextVisible.get(queue)?.at;
    return typeof at === 'number' ? at : undefined;
  }

  /** Number of messages in all of the queues. */
  totalCount(queues: Iterable<string>): number {
    return [...queues].reduce((sum, queue) => sum + this.count(queue), 0);
  }

  /**
   * Sends the dead letters of the queues back to the queues that they came from (`moved`). Dead letters of
   * streams, rules, functions and schedules came from no queue and stay (`kept`).
   */
  redrive(deadLetterQueues: Iterable<string>): { moved: number; kept: number } {
    let moved = 0;
    let kept = 0;
    this.#state.transaction(() => {
      for (const queue of deadLetterQueues) {
        for (const row of this.#statements.all.all(queue) as unknown as MessageRow[]) {
          if (row.source_queue === null) {
            kept += 1;
            continue;
          }
          this.send(row.source_queue, { body: row.body, attributes: JSON.parse(row.attributes), delayMs: 0 });
          this.#statements.delete.run(row.id);
          moved += 1;
        }
      }
    });
    return { moved, kept };
  }

  #moveToDeadLetters(row: MessageRow, queue: string, deadLetters: string): void {
    this.#statements.move.run(deadLetters, queue, Date.now(), row.id);
    setImmediate(() => this.#wake(deadLetters));
  }

  #wake(queue: string): void {
    for (const listener of this.#listeners.get(queue) ?? []) listener();
  }
}
