import { setTimeout as pause } from 'node:timers/promises';
import type { FunctionName } from '../../../infra/functions/index.ts';
import type { FunctionHooks, Proceed } from '../../../local/workers/function-hooks.ts';
import type { Outcome } from '../../../local/workers/function-pool.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import type { Role } from '../../../shared/kernel/endpoint.ts';
import { findTables } from '../../../tools/find-tables.ts';
import { Archive } from '../archived.ts';
import type { Assembly } from './assembly.ts';
import { Bystander } from './bystander.ts';
import { type Host, hostApart, hostHere } from './host.ts';
import { type Around, Wire } from './wire.ts';

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: all kinds of bodies
  readonly body: any;
}

export type Deliver = (event: string, proceed: Proceed) => Promise<Outcome>;

/** A delivery that was made, and how to make it again. */
export interface Delivered {
  readonly functionName: string;
  readonly event: string;
  readonly again: () => Promise<Outcome>;
}

export type Who = `${Role} ${string}` | 'anybody';

/** As often as a patient caller tries again; a platform that was killed is back by then. */
const patienceMs = 60_000;
const pauseMaxMs = 200;

/** A platform on which faults are played, with everybody who calls it. */
export class Stage {
  readonly assembly: Assembly;
  readonly bystander = new Bystander();
  readonly archive: Archive;
  /** Calls that have been answered, not counting those to come again. */
  answered = 0;
  readonly #wire: Wire;
  readonly #host: Host;
  #around: Around = (_, forward) => forward();
  readonly #invoked = new Map<string, AbortController[]>();
  #deliver: NonNullable<FunctionHooks['invoke']> = (_, event, proceed) => proceed(event);
  /** Deliveries are written down where there is a list; each can be made again at any time. */
  recorded: Delivered[] | undefined;
  #tokens = new Map<string, string>();

  private constructor(assembly: Assembly, wire: Wire, host: Host) {
    this.assembly = assembly;
    this.archive = new Archive(assembly.archiveBucket);
    this.#wire = wire;
    this.#host = host;
    wire.around = (sent, forward) => this.#around(sent, this.bystander.watched(sent, forward));
  }

  /** Those of a platform in another process are out of reach. */
  get canEndFunctions(): boolean {
    return this.#host.isHere;
  }

  static async open(assembly: Assembly, where: 'here' | 'apart'): Promise<Stage> {
    const wire = new Wire();
    const wireUrl = await wire.listen();
    const late: { stage?: Stage } = {};
    const invoke: NonNullable<FunctionHooks['invoke']> = (name, event, proceed) =>
      late.stage?.invoke(name, event, proceed) ?? proceed(event);
    const host =
      where === 'here'
        ? await hostHere(assembly, wire, wireUrl, invoke)
        : await hostApart(assembly, wire, wireUrl);
    late.stage = new Stage(assembly, wire, host);
    return late.stage;
  }

  /** From now on, whatever is on the wire goes through this; without it nothing goes wrong. */
  meddle(around: Around = (_, forward) => forward()): void {
    this.#around = around;
  }

  /** From now on, deliveries to this function go through this; without it to every function as they should. */
  meddleWithDeliveries(name?: FunctionName, deliver: Deliver = (event, proceed) => proceed(event)): void {
    const target = name && this.assembly.deployedName(name);
    this.meddleWithAll((functionName, event, proceed) =>
      functionName === target ? deliver(event, proceed) : proceed(event),
    );
  }

  meddleWithAll(deliver: NonNullable<FunctionHooks['invoke']> = (_, event, proceed) => proceed(event)): void {
    this.#deliver = deliver;
  }

  invoke(functionName: string, event: string, proceed: Proceed): Promise<Outcome> {
    const endable: Proceed = passed => this.#endable(functionName, passed, proceed);
    this.recorded?.push({ functionName, event, again: () => proceed(event) });
    return this.#deliver(functionName, event, endable);
  }

  /** Whatever the function is at, it has reached its time limit; and none of its workers is warm afterwards. */
  endFunction(functionName: string): void {
    for (const controller of this.#invoked.get(functionName) ?? []) controller.abort();
    this.#invoked.delete(functionName);
  }

  /** None of the function's workers is warm afterwards; where they are out of reach, the whole platform starts anew. */
  async cool(functionName: string): Promise<void> {
    if (this.canEndFunctions) this.endFunction(functionName);
    else await this.killAndRestart();
  }

  #endable(functionName: string, event: string, proceed: Proceed): Promise<Outcome> {
    const controller = new AbortController();
    this.#invoked.set(functionName, [...(this.#invoked.get(functionName) ?? []), controller]);
    return proceed(event, controller.signal);
  }

  killAndRestart(): Promise<void> {
    return this.#host.killAndRestart();
  }

  async close(): Promise<void> {
    await this.#host.close();
    await this.#wire.close();
  }

  /** The tables themselves, past the wire. */
  tables(): Promise<Database> {
    return findTables(this.#wire.services.tables);
  }

  /** Where the local services are, past the wire. */
  get awsUrl(): string {
    return this.#wire.services.aws;
  }

  async setClock(now: string): Promise<void> {
    await this.local('PUT', '/_local/clock', { now });
    this.#tokens = new Map();
  }

  /** Lets time pass. */
  async later(durationMs: number): Promise<void> {
    const { now } = await this.local('GET', '/_local/clock', undefined);
    await this.setClock(new Date(Date.parse(now) + durationMs).toISOString());
  }

  /** Everything is worked off, what died of bad luck as well. */
  async settle(): Promise<void> {
    await this.local('POST', '/_local/drain', {});
    await this.local('POST', '/_local/redrive', {});
    await this.drain();
  }

  async drain(): Promise<void> {
    const { deadLetters } = await this.local('POST', '/_local/drain', {});
    if (deadLetters > 0) throw new Error(`${deadLetters} dead letters`);
  }

  /** Runs a scheduled function until it succeeds. */
  async run(schedule: string): Promise<unknown> {
    return this.local('POST', `/_local/schedules/${schedule}`, {});
  }

  // biome-ignore lint/suspicious/noExplicitAny: the local calls answer all kinds of things
  async local(method: string, path: string, body: unknown): Promise<any> {
    const reply = await this.#patiently(() => this.#send(method, path, body, {}));
    if (reply.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(reply.body)}`);
    return reply.body;
  }

  /** Calls as somebody, and calls again until there is an answer: what an app does that wants to be sure. */
  async call(
    who: Who,
    route: `${string} ${string}`,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const [method = '', path = ''] = route.split(' ');
    const own = { ...headers, ...(who === 'anybody' ? {} : await this.#bearing(who)) };
    return this.#patiently(() => this.#send(method, path, body, own));
  }

  /** A call that must be granted. @returns its body */
  async ask(...call: Parameters<Stage['call']>): Promise<Reply['body']> {
    const { status, body } = await this.call(...call);
    if (status >= 300) throw new Error(`${call[1]}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async #bearing(who: string): Promise<Record<string, string>> {
    const known = this.#tokens.get(who);
    if (known) return { authorization: `Bearer ${known}` };
    const [role, id] = who.split(' ');
    const { token } = await this.local('POST', '/_local/tokens', { role, id });
    this.#tokens.set(who, token);
    return { authorization: `Bearer ${token}` };
  }

  async #patiently(send: () => Promise<Reply>): Promise<Reply> {
    const deadline = performance.now() + patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      const reply = await send().catch((error: Error) => ({ status: 599, body: error.message }));
      const mayTryAgain = reply.status >= 500 || reply.status === 429;
      if (!mayTryAgain) this.answered += 1;
      if (!mayTryAgain || performance.now() > deadline) return reply;
      await pause(Math.min(pauseMaxMs, 10 * 2 ** attempt));
    }
  }

  async #send(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<Reply> {
    const response = await fetch(`${this.#host.url}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  }
}
