import { setTimeout as sleep } from 'node:timers/promises';
import { nextRun } from '../../infra/schedule-expression.ts';
import { isoSeconds } from '../common/iso-seconds.ts';
import type { Queues } from '../events/queues.ts';
import type { Clock } from '../state/clock.ts';
import type { ScheduleModel } from '../template/model.ts';
import type { Outcome } from '../workers/function-pool.ts';
import type { Functions } from '../workers/functions.ts';

/** Longest timer. setTimeout takes no more than 24 days, so a longer wait is split. */
const timerMsMax = 3_600_000;
const retryBaseMs = 1000;
const retryMaxMs = 60_000;

/**
 * Runs scheduled functions by the platform's clock. Setting the clock skips the runs between the old and the
 * new time.
 */
export class Scheduler {
  readonly #schedules: ScheduleModel[];
  readonly #clock: Clock;
  readonly #functions: Functions;
  readonly #queues: Queues;
  readonly #log: (line: string) => void;
  readonly #timers = new Map<ScheduleModel, NodeJS.Timeout>();
  readonly #closing = new AbortController();

  constructor(
    schedules: ScheduleModel[],
    clock: Clock,
    functions: Functions,
    queues: Queues,
    log: (line: string) => void,
  ) {
    this.#schedules = schedules;
    this.#clock = clock;
    this.#functions = functions;
    this.#queues = queues;
    this.#log = log;
  }

  start(): void {
    this.#armAll();
    this.#clock.onChange(() => this.#armAll());
  }

  close(): void {
    this.#closing.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  get names(): string[] {
    return this.#schedules.map(({ name }) => name);
  }

  /** Runs the schedule's function now, once and without retries. Undefined if no schedule has that name. */
  async run(name: string): Promise<Outcome | undefined> {
    const schedule = this.#schedules.find(candidate => candidate.name === name);
    return schedule && this.#invoke(schedule);
  }

  #armAll(): void {
    for (const schedule of this.#schedules) if (schedule.enabled) this.#arm(schedule);
  }

  #arm(schedule: ScheduleModel): void {
    clearTimeout(this.#timers.get(schedule));
    if (this.#closing.signal.aborted) return;
    const next = nextRun(schedule.expression, schedule.timeZone, new Date(this.#clock.now()));
    if (next === undefined) return;
    const wait = () => {
      const leftMs = next.getTime() - this.#clock.now();
      if (leftMs <= 0) {
        this.#arm(schedule);
        void this.#runWithRetries(schedule);
        return;
      }
      this.#timers.set(schedule, setTimeout(wait, Math.min(leftMs, timerMsMax)));
    };
    wait();
  }

  async #runWithRetries(schedule: ScheduleModel): Promise<void> {
    for (let attempt = 0; attempt <= schedule.maxRetries; attempt += 1) {
      const outcome = await this.#invoke(schedule);
      if (outcome.ok || this.#closing.signal.aborted) return;
      this.#log(`schedule ${schedule.name}: ${outcome.error.errorType}: ${outcome.error.errorMessage}`);
      if (attempt === schedule.maxRetries) break;
      const pauseMs = Math.min(retryMaxMs, retryBaseMs * 2 ** Math.min(attempt, 10));
      await sleep(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      if (this.#closing.signal.aborted) return;
    }
    if (schedule.deadLetters !== undefined) this.#queues.send(schedule.deadLetters, { body: schedule.input });
  }

  #invoke(schedule: ScheduleModel): Promise<Outcome> {
    return this.#functions.invoke(
      schedule.functionName,
      schedule.input.replaceAll('<aws.scheduler.scheduled-time>', isoSeconds(this.#clock.now())),
    );
  }
}
