import { randomUUID } from 'node:crypto';
import { isoSeconds } from '../common/iso-seconds.ts';
import type { Clock } from '../state/clock.ts';
import type { State } from '../state/state.ts';
import { accountId, region } from '../template/intrinsics.ts';
import type { FunctionModel, RuleModel } from '../template/model.ts';
import type { Functions } from '../workers/functions.ts';
import { compilePattern, type Matcher } from './event-pattern.ts';
import type { Queues } from './queues.ts';

/** A validated entry of PutEvents. */
export interface BusEntry {
  bus: string;
  source: string;
  detailType: string;
  detail: unknown;
  resources: string[];
  /** ISO 8601; undefined if the sender gave none. */
  time: string | undefined;
}

/** A row of the table `deliveries`: see state.ts. */
interface Delivery {
  id: number;
  function: string;
  event: string;
  dead_letters: string | null;
  attempts: number;
}

const retryBaseMs = 250;
const inFlightMax = 20;
const timerMsMax = 60_000;

/**
 * The event buses. The transaction that accepts an event also puts it into the queues that the rules name,
 * and stores one delivery per function, which is then invoked with retries. So every accepted event is
 * delivered.
 */
export class Bus {
  readonly #state: State;
  readonly #clock: Clock;
  readonly #queues: Queues;
  readonly #functions: Pick<Functions, 'invoke'>;
  readonly #models: Map<string, FunctionModel>;
  readonly #rules: { rule: RuleModel; matches: Matcher }[];
  readonly #onProgress: () => void;
  readonly #statements;
  readonly #inFlight = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: {
    state: State;
    clock: Clock;
    queues: Queues;
    functions: Pick<Functions, 'invoke'>;
    models: Map<string, FunctionModel>;
    rules: RuleModel[];
    /** Called when a delivery has ended or was postponed. */
    onProgress(): void;
  }) {
    this.#state = parts.state;
    this.#clock = parts.clock;
    this.#queues = parts.queues;
    this.#functions = parts.functions;
    this.#models = parts.models;
    this.#onProgress = parts.onProgress;
    this.#rules = parts.rules.map(rule => ({ rule, matches: compilePattern(rule.pattern) }));
    this.#statements = prepare(parts.state);
  }

  /** Accepts all entries in one transaction and returns the events' ids. Accepted events survive a crash. */
  put(entries: BusEntry[]): string[] {
    const ids = this.#state.transaction(() => entries.map(entry => this.#accept(entry)));
    setImmediate(() => this.wake());
    return ids;
  }

  /** Number of deliveries to functions that have not ended. */
  pendingCount(): number {
    return Number(this.#statements.count.get()?.count);
  }

  /** Starts the deliveries that are due. Call it when there may be some. */
  wake(): void {
    if (this.#closed) return;
    // Both queries use the same time. Otherwise a delivery that becomes due between them would be missed by
    // both.
    const now = Date.now();
    const due = this.#statements.due.all(now, inFlightMax * 2) as unknown as Delivery[];
    for (const delivery of due) {
      if (this.#inFlight.size >= inFlightMax) break;
      if (!this.#inFlight.has(delivery.id)) void this.#deliver(delivery);
    }
    const nextAt = this.#statements.next.get(now)?.at;
    clearTimeout(this.#timer);
    // If the system clock was set back, the wait can be long, and setTimeout takes no more than 24 days.
    if (typeof nextAt === 'number')
      this.#timer = setTimeout(() => this.wake(), Math.min(nextAt - now, timerMsMax));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #accept(entry: BusEntry): string {
    const id = randomUUID();
    const event = {
      version: '0',
      id,
      'detail-type': entry.detailType,
      source: entry.source,
      account: accountId,
      time: entry.time ?? isoSeconds(this.#clock.now()),
      region,
      resources: entry.resources,
      detail: entry.detail,
    };
    const json = JSON.stringify(event);
    for (const { rule, matches } of this.#rules) {
      if (rule.bus !== entry.bus || !matches(event)) continue;
      for (const target of rule.targets) {
        if (target.kind === 'queue') this.#queues.send(target.name, { body: json });
        else this.#statements.insert.run(target.name, json, target.deadLetters ?? null, Date.now());
      }
    }
    return id;
  }

  async #deliver(delivery: Delivery): Promise<void> {
    this.#inFlight.add(delivery.id);
    const outcome = await this.#functions.invoke(delivery.function, delivery.event);
    this.#inFlight.delete(delivery.id);
    if (this.#closed) return;
    if (outcome.ok) this.#statements.remove.run(delivery.id);
    else this.#retry(delivery);
    this.#onProgress();
    this.wake();
  }

  /**
   * Retries as the function's asynchronous invoke configuration says, then sends the event to the failure
   * queue.
   */
  #retry({ id, function: name, event, dead_letters, attempts }: Delivery): void {
    const model = this.#models.get(name);
    if (attempts < (model?.asyncRetries ?? 2)) {
      this.#statements.postpone.run(Date.now() + retryBaseMs * 2 ** attempts, id);
      return;
    }
    // On AWS the target's dead-letter queue takes only failed deliveries; here it takes failed invocations as
    // well.
    const queue = model?.asyncFailureQueue ?? dead_letters;
    this.#state.transaction(() => {
      if (queue !== null) this.#queues.send(queue, { body: event });
      this.#statements.remove.run(id);
    });
  }
}

function prepare({ database }: State) {
  return {
    insert: database.prepare(
      'INSERT INTO deliveries (function, event, dead_letters, due_at) VALUES (?, ?, ?, ?)',
    ),
    due: database.prepare('SELECT * FROM deliveries WHERE due_at <= ? ORDER BY id LIMIT ?'),
    next: database.prepare('SELECT min(due_at) AS at FROM deliveries WHERE due_at > ?'),
    remove: database.prepare('DELETE FROM deliveries WHERE id = ?'),
    postpone: database.prepare('UPDATE deliveries SET attempts = attempts + 1, due_at = ? WHERE id = ?'),
    count: database.prepare('SELECT count(*) AS count FROM deliveries'),
  };
}
