import type { Proceed } from '../../../local/workers/function-hooks.ts';
import type { Outcome } from '../../../local/workers/function-pool.ts';
import { type DeliveryKind, deliveryKinds, sourceOf } from '../kinds/delivery-kinds.ts';
import { type WireKind, wireKinds } from '../kinds/wire-kinds.ts';
import type { Stage } from '../stage/stage.ts';
import type { Around } from '../stage/wire.ts';
import { oneOf, type Random } from './random.ts';

/** Share of calls and of deliveries that fail. */
const callRate = 0.06;
const deliveryRate = 0.1;

/** Injects random faults at random calls and deliveries; the seed decides which. */
export class Chaos {
  /** Number of injected faults by kind. */
  readonly injected = new Map<string, number>();
  readonly #random: Random;
  readonly #stage: Stage;
  readonly #fates = new Map<string, { name: string; kind: WireKind } | undefined>();
  readonly #before = new Map<string, string>();

  constructor(stage: Stage, random: Random) {
    this.#stage = stage;
    this.#random = random;
  }

  begin(): void {
    this.#stage.interceptCalls(this.#around);
    this.#stage.interceptAllDeliveries(this.#deliver);
  }

  end(): void {
    this.#stage.interceptCalls();
    this.#stage.interceptAllDeliveries();
  }

  readonly #around: Around = async (sent, forward) => {
    if (!this.#fates.has(sent.callId)) this.#fates.set(sent.callId, this.#fateOf(sent.operation));
    const fate = this.#fates.get(sent.callId);
    if (!fate || (fate.kind.attempts === 'first' && sent.attempt > 1)) return forward();
    if (sent.attempt === 1) this.#count(fate.name);
    const verdict = await fate.kind.around(sent, forward);
    if (fate.kind.ends === 'function') this.#stage.endFunction(sent.caller);
    return verdict;
  };

  #fateOf(operation: string): { name: string; kind: WireKind } | undefined {
    if (this.#random() >= callRate) return undefined;
    const kinds = Object.entries<WireKind>(wireKinds).filter(
      ([, { appliesTo, ends }]) =>
        appliesTo(operation) && (!ends || (ends === 'function' && this.#stage.canEndFunctions)),
    );
    const [name, kind] = oneOf(this.#random, kinds);
    return { name, kind };
  }

  readonly #deliver = async (functionName: string, event: string, proceed: Proceed): Promise<Outcome> => {
    const source = sourceOf(event);
    const before = this.#before.get(functionName);
    this.#before.set(functionName, event);
    if (this.#random() >= deliveryRate) return proceed(event);
    const kinds = Object.entries<DeliveryKind>(deliveryKinds).filter(([, kind]) => kind.appliesTo(source));
    const [name, kind] = oneOf(this.#random, kinds);
    this.#count(name);
    return kind.deliver(event, proceed, before);
  };

  #count(name: string): void {
    this.injected.set(name, (this.injected.get(name) ?? 0) + 1);
  }
}
