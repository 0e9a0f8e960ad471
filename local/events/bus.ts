import { randomUUID } from 'node:crypto';
import type { Clock } from '../state/clock.ts';
import type { State } from '../state/state.ts';
import { accountId, region } from '../template/intrinsics.ts';
import type { FunctionModel, RuleModel } from '../template/model.ts';
import type { Functions } from '../workers/functions.ts';
import { compilePattern, type Matcher } from './event-pattern.ts';
import type { Queues } from './queues.ts';

export interface BusEntry {
  bus: string;
  source: string;
  detailType: string;
  detail: unknown;
  resources: string[];
  /** ISO 8601, where the sender gives one. */
  time: string | undefined;
}

interface Delivery {
  id: number;
  function: string;
  event: string;
  dead_letters: string | null;
  attempts: number;
}

const retryBaseMs = 250;
const inFlightMax = 20;
const lookAgainMs = 60_000;

/**
 * The event buses. A queue that a rule names gets its message in the transaction that accepts the event;
 * a function's delivery is stored there and worked off with retries. So what is accepted is delivered.
 */
export class Bus {
  readonly #state: State;
  readonly #clock: Clock;
  readonly #queues: Queues;
  readonly #functions: Pick<Functions, 'invoke'>;
  readonly #models: Map<string, FunctionModel>;
  readonly #rules: { rule: RuleModel; matches: Matcher }[];
  readonly #onSettled: () => void;
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
    onSettled(): void;
  }) {
    this.#state = parts.state;
    this.#clock = parts.clock;
    this.#queues = parts.queues;
    this.#functions = parts.functions;
    this.#models = parts.models;
    this.#onSettled = parts.onSettled;
    this.#rules = parts.rules.map(rule => ({ rule, matches: compilePattern(rule.pattern) }));
    this.#statements = prepare(parts.state);
  }

  /** Accepts all entries in one transaction; what it returns, the events' ids, is kept whatever happens. */
  put(entries: BusEntry[]): string[] {
    const ids = this.#state.transaction(() => entries.map(entry => this.#accept(entry)));
    setImmediate(() => this.wake());
    return ids;
  }

  pendingCount(): number {
    return Number(this.#statements.count.get()?.count);
  }

  /** Starts what is due; called when there may be something. */
  wake(): void {
    if (this.#closed) return;
    // One time for both looks: what comes due between two would be neither due nor waited for.
    const now = Date.now();
    const due = this.#statements.due.all(now, inFlightMax * 2) as unknown as Delivery[];
    for (const delivery of due) {
      if (this.#inFlight.size >= inFlightMax) break;
      if (!this.#inFlight.has(delivery.id)) void this.#deliver(delivery);
    }
    const nextAt = this.#statements.next.get(now)?.at;
    clearTimeout(this.#timer);
    // A clock that was set back makes long waits, and setTimeout takes no more than 24 days.
    if (typeof nextAt === 'number')
      this.#timer = setTimeout(() => this.wake(), Math.min(nextAt - now, lookAgainMs));
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
      time: entry.time ?? `${new Date(this.#clock.now()).toISOString().slice(0, 19)}Z`,
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
    this.#onSettled();
    this.wake();
  }

  /** An asynchronous invocation: retried as the function's configuration says, then its failure destination. */
  #retry({ id, function: name, event, dead_letters, attempts }: Delivery): void {
    const model = this.#models.get(name);
    if (attempts < (model?.asyncRetries ?? 2)) {
      this.#statements.postpone.run(Date.now() + retryBaseMs * 2 ** attempts, id);
      return;
    }
    // On AWS the target's dead letters take only what could not be handed over; here they take errors as well.
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
