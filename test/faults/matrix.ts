import { aimAt, Counter, type Target } from './aim.ts';
import { booksOf } from './books.ts';
import { type DeliveryKind, deliveryKinds } from './kinds/delivery-kinds.ts';
import { type WireKind, wireKinds } from './kinds/wire-kinds.ts';
import type { Assembly } from './stage/assembly.ts';
import { Stage } from './stage/stage.ts';
import { differences, plain, type State, stateOf } from './state.ts';
import { type Run, runOf, type UseCase } from './use-case.ts';
import { setUp } from './world.ts';

/** The result of one fault at one call or delivery. */
export interface Trial {
  readonly useCase: string;
  readonly kind: string;
  /** `DynamoDB PutItem 2`, or `delivery 1`. */
  readonly at: string;
  /** How the final state differs from a clean run; empty if it is equal. */
  readonly differences: readonly string[];
}

export interface Progress {
  /** Called once per use case with its number of trials and its calls. */
  readonly planned: (trials: number, calls: readonly string[]) => void;
  readonly done: (trial: Trial) => void;
}

/** Selects trials, for a short form. */
export interface Choice {
  readonly wheres: readonly ('here' | 'apart')[];
  readonly takes: (kind: string, at: string) => boolean;
}

const everything: Choice = { wheres: ['here', 'apart'], takes: () => true };

interface Planned {
  readonly kind: string;
  readonly at: string;
  readonly play: (player: Player) => Promise<string[]>;
}

/** Plays a use case once for each kind of fault at each call, and compares the final states with that of a clean run. */
export async function playMatrix(
  assembly: Assembly,
  useCase: UseCase,
  progress: Progress,
  choice: Choice = everything,
): Promise<void> {
  for (const where of choice.wheres) {
    let remaining: readonly Planned[] | undefined;
    do {
      const player = await Player.open(assembly, useCase, where);
      try {
        if (!remaining) {
          remaining = player.plan(where).filter(({ kind, at }) => choice.takes(kind, at));
          const calls = player.calls.map(({ operation }) => operation);
          const stages = Math.max(1, Math.ceil(remaining.length / trialsOfAStage));
          progress.planned(remaining.length + stages, where === 'here' ? calls : []);
        }
        for (const { kind, at, play } of remaining.slice(0, trialsOfAStage)) {
          const found = await play(player).catch(error => [`failed: ${error.stack}`]);
          progress.done({ useCase: useCase.name, kind, at, differences: found });
        }
        remaining = remaining.slice(trialsOfAStage);
        const books = await player.books();
        progress.done({ useCase: useCase.name, kind: 'books', at: `the end, ${where}`, differences: books });
      } finally {
        await player.close();
      }
    } while (remaining.length > 0);
  }
}

/** Some use cases move the clock by eight months per trial, and it must stay within this century. */
const trialsOfAStage = 80;

function wordsOf({ operation, ordinal }: Target): string {
  return `${operation} ${ordinal}`;
}

/** Plays one use case on its own stage. */
class Player {
  calls: readonly Target[] = [];
  readonly #useCase: UseCase;
  readonly #stage: Stage;
  readonly #caller: string;
  #deliveries = 0;
  #clean: State = {};
  #runs = 0;
  /** Calls that a warm function makes too. The others happen only at a cold start. */
  #warmCalls = new Set<string>();

  private constructor(useCase: UseCase, stage: Stage, caller: string) {
    this.#useCase = useCase;
    this.#stage = stage;
    this.#caller = caller;
  }

  static async open(assembly: Assembly, useCase: UseCase, where: 'here' | 'apart'): Promise<Player> {
    const stage = await Stage.open(assembly, where);
    const player = new Player(useCase, stage, assembly.deployedName(useCase.breaks));
    try {
      await setUp(stage);
      await player.#learn();
      return player;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  plan(where: 'here' | 'apart'): Planned[] {
    const wire = Object.entries<WireKind>(wireKinds)
      .filter(([, { ends }]) => (ends === 'platform') === (where === 'apart'))
      .flatMap(([name, kind]) =>
        this.calls
          .filter(({ operation }) => kind.appliesTo(operation))
          .map(
            (target): Planned => ({
              kind: name,
              at: wordsOf(target),
              play: player => player.#withCallFailing(target, kind),
            }),
          ),
      );
    if (where === 'apart') return wire;
    const deliveries = Object.entries<DeliveryKind>(deliveryKinds)
      .filter(([, kind]) => kind.appliesTo(this.#useCase.source))
      .flatMap(([name, kind]) =>
        Array.from(
          { length: this.#deliveries },
          (_, index): Planned => ({
            kind: name,
            at: `delivery ${index + 1}`,
            play: player => player.#withDeliveryFailing(index, kind),
          }),
        ),
      );
    return [...wire, ...deliveries];
  }

  books(): Promise<string[]> {
    return booksOf(this.#stage);
  }

  close(): Promise<void> {
    return this.#stage.close();
  }

  /** Plays clean runs to learn the calls and the final state: one cold, one warm. Their states must be equal. */
  async #learn(): Promise<void> {
    await this.#played();
    const cold = await this.#counted(true);
    const warm = await this.#counted(false);
    const found = differences(cold.state, warm.state);
    if (found.length > 0) throw new Error(`two clean runs differ:\n${found.join('\n')}`);
    this.#warmCalls = new Set(warm.calls.map(wordsOf));
    this.calls = [...warm.calls, ...cold.calls.filter(call => !this.#warmCalls.has(wordsOf(call)))];
    this.#deliveries = warm.deliveries;
    this.#clean = warm.state;
  }

  async #counted(cold: boolean) {
    const counter = new Counter(this.#caller);
    let deliveries = 0;
    const run = await this.#prepared(cold);
    this.#stage.interceptCalls((sent, forward) => {
      counter.count(sent);
      return forward();
    });
    this.#stage.interceptDeliveries(this.#useCase.breaks, (event, proceed) => {
      deliveries += 1;
      return proceed(event);
    });
    const state = await this.#played(run);
    return { calls: counter.calls, deliveries, state };
  }

  async #withCallFailing(target: Target, kind: WireKind): Promise<string[]> {
    const run = await this.#prepared(!this.#warmCalls.has(wordsOf(target)));
    let restarted: Promise<void> | undefined;
    const aim = aimAt(this.#caller, target, kind, () => {
      if (kind.ends === 'platform') restarted = this.#stage.killAndRestart();
      else this.#stage.endFunction(this.#caller);
    });
    this.#stage.interceptCalls(aim.around);
    const state = await this.#played(run);
    await restarted;
    return [...(aim.hits() > 0 ? [] : ['the fault did not happen']), ...differences(this.#clean, state)];
  }

  async #withDeliveryFailing(target: number, kind: DeliveryKind): Promise<string[]> {
    const run = await this.#prepared();
    let deliveries = 0;
    let before: string | undefined;
    this.#stage.interceptDeliveries(this.#useCase.breaks, async (event, proceed) => {
      const isTarget = deliveries++ === target;
      const outcome = await (isTarget ? kind.deliver(event, proceed, before) : proceed(event));
      before = event;
      return outcome;
    });
    const state = await this.#played(run);
    return [...(deliveries > target ? [] : ['the fault did not happen']), ...differences(this.#clean, state)];
  }

  async #prepared(cold = false): Promise<Run> {
    const run = runOf(this.#stage, this.#runs++);
    await this.#useCase.prepare?.(run);
    await this.#stage.drain();
    if (cold) await this.#stage.cool(this.#caller);
    return run;
  }

  /** Plays the use case, then repeats it without faults, as a caller does that got no answer. */
  async #played(given?: Run): Promise<State> {
    const run = given ?? (await this.#prepared());
    const answers = await this.#useCase.act(run);
    await this.#stage.drain();
    this.#stage.interceptCalls();
    this.#stage.interceptDeliveries();
    const repeated = await this.#useCase.act(run);
    await this.#stage.drain();
    const seen = (await this.#useCase.see?.(run)) ?? [];
    const own = [run.tag, ...(this.#useCase.own?.(run.number) ?? [])];
    return {
      ...(await stateOf(this.#stage, run.tag, own, this.#useCase.anyOrder)),
      answers: [plain(answers ?? null, own)],
      'answers to repeats': [plain(repeated ?? null, own)],
      seen: seen.map(one => plain(one, own)),
    };
  }
}
