import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../state/clock.ts';
import type { State } from '../state/state.ts';
import { accountId, region } from '../template/intrinsics.ts';
import type { QueueModel } from '../template/model.ts';

export interface MessageAttribute {
  DataType: string;
  StringValue?: string | undefined;
  BinaryValue?: string | undefined;
}

export interface NewMessage {
  body: string;
  attributes?: Record<string, MessageAttribute>;
  delayMs?: number | undefined;
  /** Queue that a dead letter came from. */
  sourceQueue?: string;
}

/** A message in the hand of a consumer. `receipt` is its number and how often it was received. */
export interface Received {
  id: number;
  messageId: string;
  receipt: string;
  body: string;
  attributes: Record<string, MessageAttribute>;
  sentAt: number;
  firstReceivedAt: number;
  received: number;
}

interface Row {
  id: number;
  message_id: string;
  body: string;
  attributes: string;
  sent_at: number;
  first_received_at: number | null;
  received: number;
  source_queue: string | null;
}

/** First retry of a failed message, doubled each time: AWS waits for the visibility time-out instead. */
const retryBaseMs = 250;
const longAgo = 0;

/** The queues of the templates, in the state database. Visibility is in real time, which a clock jump leaves alone. */
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
    this.#statements = prepare(state);
    // Nobody holds a message after a restart: those in flight are visible again at once, and the try that our own end
    // cut off does not count, or a few ends in a row would make dead letters of what never failed.
    this.#statements.release.run(Date.now(), longAgo);
  }

  model(queue: string): QueueModel {
    const model = this.#models.get(queue);
    if (model === undefined) throw new Error(`there is no queue ${queue}`);
    return model;
  }

  has(queue: string): boolean {
    return this.#models.has(queue);
  }

  /** Stores the message; call it within a transaction where it belongs to more. Returns its id. */
  send(queue: string, message: NewMessage): string {
    const messageId = randomUUID();
    const visibleAt = Date.now() + (message.delayMs ?? this.model(queue).delayMs);
    const attributes = JSON.stringify(message.attributes ?? {});
    const source = message.sourceQueue ?? null;
    this.#statements.insert.run(
      queue,
      messageId,
      message.body,
      attributes,
      this.#clock.now(),
      visibleAt,
      source,
    );
    setImmediate(() => this.#wake(queue));
    return messageId;
  }

  onMessage(queue: string, listener: () => void): void {
    this.#listeners.set(queue, [...(this.#listeners.get(queue) ?? []), listener]);
  }

  /** Takes visible messages, which stay invisible to others for the queue's visibility time-out. */
  receive(queue: string, limit: number, bytesMax: number): Received[] {
    const model = this.model(queue);
    const now = Date.now();
    return this.#state.transaction(() => {
      const taken: Received[] = [];
      let bytes = 0;
      for (const row of this.#statements.visible.all(queue, now, limit) as unknown as Row[]) {
        bytes += Buffer.byteLength(row.body);
        if (taken.length > 0 && bytes > bytesMax) break;
        if (model.redrive !== undefined && row.received >= model.redrive.maxReceiveCount) {
          this.#toDeadLetters(row, queue, model.redrive.queue);
          continue;
        }
        const received = row.received + 1;
        const firstReceivedAt = row.first_received_at ?? this.#clock.now();
        this.#statements.take.run(now + model.visibilityMs, received, firstReceivedAt, row.id);
        taken.push(receivedOf(row, received, firstReceivedAt));
      }
      return taken;
    });
  }

  /** What was worked off goes; what failed is visible again after a pause, or a dead letter. */
  settle(queue: string, done: Received[], failed: Received[]): void {
    const { visibilityMs, redrive } = this.model(queue);
    this.#state.transaction(() => {
      for (const { id, received } of done) this.#statements.remove.run(id, received);
      for (const message of failed) {
        const row = this.#statements.held.get(message.id, message.received) as unknown as Row | undefined;
        if (row === undefined) continue;
        // AWS moves it at the receive after the last; nobody waits for that here.
        if (redrive !== undefined && message.received >= redrive.maxReceiveCount) {
          this.#toDeadLetters(row, queue, redrive.queue);
          continue;
        }
        const pauseMs = Math.min(visibilityMs, retryBaseMs * 2 ** Math.min(message.received - 1, 10));
        this.#statements.show.run(Date.now() + pauseMs, message.id);
      }
    });
  }

  /** Messages in the queue, those in a consumer's hand or delayed included. */
  count(queue: string): number {
    return Number(this.#statements.count.get(queue)?.count);
  }

  visibleCount(queue: string): number {
    return Number(this.#statements.countVisible.get(queue, Date.now())?.count);
  }

  /** When the next message gets visible, in real time; undefined where there is none to come. */
  nextVisibleAt(queue: string): number | undefined {
    const at = this.#statements.nextVisible.get(queue)?.at;
    return typeof at === 'number' ? at : undefined;
  }

  /** Queues that some queue, function, rule, stream or schedule sends its failures to. */
  deadLetterCount(queues: Iterable<string>): number {
    return [...queues].reduce((sum, queue) => sum + this.count(queue), 0);
  }

  /** Sends dead letters back to where they came from. Those of a stream or a bus have no queue to go back to. */
  redrive(queues: Iterable<string>): { moved: number; kept: number } {
    let moved = 0;
    let kept = 0;
    this.#state.transaction(() => {
      for (const queue of queues) {
        for (const row of this.#statements.all.all(queue) as unknown as Row[]) {
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

  #toDeadLetters(row: Row, queue: string, deadLetters: string): void {
    this.#statements.move.run(deadLetters, queue, Date.now(), row.id);
    setImmediate(() => this.#wake(deadLetters));
  }

  #wake(queue: string): void {
    for (const listener of this.#listeners.get(queue) ?? []) listener();
  }
}

function prepare({ database }: State) {
  return {
    insert: database.prepare(
      `INSERT INTO messages (queue, message_id, body, attributes, sent_at, visible_at, source_queue)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    release: database.prepare(
      'UPDATE messages SET visible_at = ?, received = received - 1 WHERE received > 0 AND visible_at > ?',
    ),
    visible: database.prepare(
      'SELECT * FROM messages WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT ?',
    ),
    take: database.prepare(
      'UPDATE messages SET visible_at = ?, received = ?, first_received_at = ? WHERE id = ?',
    ),
    held: database.prepare('SELECT * FROM messages WHERE id = ? AND received = ?'),
    remove: database.prepare('DELETE FROM messages WHERE id = ? AND received = ?'),
    delete: database.prepare('DELETE FROM messages WHERE id = ?'),
    show: database.prepare('UPDATE messages SET visible_at = ? WHERE id = ?'),
    move: database.prepare(
      'UPDATE messages SET queue = ?, source_queue = ?, visible_at = ?, received = 0 WHERE id = ?',
    ),
    all: database.prepare('SELECT * FROM messages WHERE queue = ? ORDER BY id'),
    count: database.prepare('SELECT count(*) AS count FROM messages WHERE queue = ?'),
    countVisible: database.prepare(
      'SELECT count(*) AS count FROM messages WHERE queue = ? AND visible_at <= ?',
    ),
    nextVisible: database.prepare('SELECT min(visible_at) AS at FROM messages WHERE queue = ?'),
  };
}

function receivedOf(row: Row, received: number, firstReceivedAt: number): Received {
  return {
    id: row.id,
    messageId: row.message_id,
    receipt: `${row.id}-${received}`,
    body: row.body,
    attributes: JSON.parse(row.attributes),
    sentAt: row.sent_at,
    firstReceivedAt,
    received,
  };
}

/** A message as Lambda hands it to a function. */
export function lambdaRecord(queueArn: string, message: Received): object {
  const attributes = Object.entries(message.attributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { dataType: DataType, stringValue: StringValue, binaryValue: BinaryValue },
    ],
  );
  return {
    messageId: message.messageId,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.received),
      SentTimestamp: String(message.sentAt),
      SenderId: accountId,
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    },
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
