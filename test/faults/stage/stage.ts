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

/** A recorded delivery that can be repeated. */
export interface Delivered {
  readonly functionName: string;
  readonly event: string;
  readonly repeat: () => Promise<Outcome>;
}

export type Who = `${Role} ${string}` | 'anybody';

/** How long a caller retries. A killed platform is back by then. */
const patienceMs = 60_000;
const pauseMaxMs = 200;

/** A platform with faults to inject, and its callers. */
export class Stage {
  readonly assembly: Assembly;
  readonly bystander = new Bystander();
  readonly archive: Archive;
  /** Number of final answers; those that lead to a retry do not count. */
  answered = 0;
  readonly #wire: Wire;
  readonly #host: Host;
  #around: Around = (_, forward) => forward();
  readonly #invoked = new Map<string, AbortController[]>();
  #deliver: NonNullable<FunctionHooks['invoke']> = (_, event, proceed) => proceed(event);
  /** If set, deliveries are recorded here. */
  recorded: Delivered[] | undefined;
  #tokens = new Map<string, string>();

  private constructor(assembly: Assembly, wire: Wire, host: Host) {
    this.assembly = assembly;
    this.archive = new Archive(assembly.archiveBucket);
    this.#wire = wire;
    this.#host = host;
    wire.around = (sent, forward) => this.#around(sent, this.bystander.watched(sent, forward));
  }

  /** False if the platform runs in another process. */
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

  /** Routes every call on the wire through `around`; without it calls work normally. */
  interceptCalls(around: Around = (_, forward) => forward()): void {
    this.#around = around;
  }

  /** Routes deliveries to a function through `deliver`; without arguments all deliveries work normally. */
  interceptDeliveries(name?: FunctionName, deliver: Deliver = (event, proceed) => proceed(event)): void {
    const target = name && this.assembly.deployedName(name);
    this.interceptAllDeliveries((functionName, event, proceed) =>
      functionName === target ? deliver(event, proceed) : proceed(event),
    );
  }

  interceptAllDeliveries(
    deliver: NonNullable<FunctionHooks['invoke']> = (_, event, proceed) => proceed(event),
  ): void {
    this.#deliver = deliver;
  }

  invoke(functionName: string, event: string, proceed: Proceed): Promise<Outcome> {
    const endable: Proceed = passed => this.#endable(functionName, passed, proceed);
    this.recorded?.push({ functionName, event, repeat: () => proceed(event) });
    return this.#deliver(functionName, event, endable);
  }

  /** Ends the function's running invocations as its time limit would. Its next invocation is a cold start. */
  endFunction(functionName: string): void {
    for (const controller of this.#invoked.get(functionName) ?? []) controller.abort();
    this.#invoked.delete(functionName);
  }

  /** Makes the function's next invocation a cold start, by restarting the platform if necessary. */
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

  /** The tables, bypassing the wire. */
  tables(): Promise<Database> {
    return findTables(this.#wire.services.tables);
  }

  /** The address of the local services, bypassing the wire. */
  get awsUrl(): string {
    return this.#wire.services.aws;
  }

  async setClock(now: string): Promise<void> {
    await this.local('PUT', '/_local/clock', { now });
    this.#tokens = new Map();
  }

  /** Moves the clock forward. */
  async later(durationMs: number): Promise<void> {
    const { now } = await this.local('GET', '/_local/clock', undefined);
    await this.setClock(new Date(Date.parse(now) + durationMs).toISOString());
  }

  /** Drains all queues, dead letters included. */
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
    const reply = await this.#withRetries(() => this.#send(method, path, body, {}));
    if (reply.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(reply.body)}`);
    return reply.body;
  }

  /** Calls an endpoint as a role, and retries 429, 5xx and lost answers, as a client app does. */
  async call(
    who: Who,
    route: `${string} ${string}`,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const [method = '', path = ''] = route.split(' ');
    const own = { ...headers, ...(who === 'anybody' ? {} : await this.#authorization(who)) };
    return this.#withRetries(() => this.#send(method, path, body, own));
  }

  /** A call that must succeed. @returns its body */
  async ask(...call: Parameters<Stage['call']>): Promise<Reply['body']> {
    const { status, body } = await this.call(...call);
    if (status >= 300) throw new Error(`${call[1]}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async #authorization(who: string): Promise<Record<string, string>> {
    const known = this.#tokens.get(who);
    if (known) return { authorization: `Bearer ${known}` };
    const [role, id] = who.split(' ');
    const { token } = await this.local('POST', '/_local/tokens', { role, id });
    this.#tokens.set(who, token);
    return { authorization: `Bearer ${token}` };
  }

  async #withRetries(send: () => Promise<Reply>): Promise<Reply> {
    const deadline = performance.now() + patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      const reply = await send().catch((error: Error) => ({ status: 599, body: error.message }));
      const isRetryable = reply.status >= 500 || reply.status === 429;
      if (!isRetryable) this.answered += 1;
      if (!isRetryable || performance.now() > deadline) return reply;
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
