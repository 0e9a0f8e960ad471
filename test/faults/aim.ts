import type { WireKind } from './kinds/wire-kinds.ts';
import type { Around, Sent } from './stage/wire.ts';

/** One call of a function, for example its second `DynamoDB PutItem`. */
export interface Target {
  readonly operation: string;
  readonly ordinal: number;
}

/** Counts the calls of one function. */
export class Counter {
  readonly #caller: string;
  readonly #calls = new Map<string, Target>();
  readonly #counts = new Map<string, number>();

  constructor(caller: string) {
    this.#caller = caller;
  }

  get calls(): readonly Target[] {
    return [...this.#calls.values()];
  }

  /** @returns the call that an attempt belongs to; undefined if another function made it */
  count({ caller, callId, operation }: Sent): Target | undefined {
    if (caller !== this.#caller) return undefined;
    const known = this.#calls.get(callId);
    if (known) return known;
    const ordinal = (this.#counts.get(operation) ?? 0) + 1;
    this.#counts.set(operation, ordinal);
    const target = { operation, ordinal };
    this.#calls.set(callId, target);
    return target;
  }
}

export interface Aim {
  readonly around: Around;
  /** Number of attempts that were hit. */
  readonly hits: () => number;
}

/** Makes one call of one function fail. */
export function aimAt(caller: string, target: Target, kind: WireKind, onEnd: () => void): Aim {
  const counter = new Counter(caller);
  let hits = 0;
  const around: Around = async (sent, forward) => {
    const call = counter.count(sent);
    const isTarget = call?.operation === target.operation && call.ordinal === target.ordinal;
    if (!isTarget || (kind.attempts === 'first' && sent.attempt > 1)) return forward();
    hits += 1;
    const verdict = await kind.around(sent, forward);
    if (kind.ends) onEnd();
    return verdict;
  };
  return { around, hits: () => hits };
}
