import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from '../stage/stage.ts';
import { post } from '../world.ts';
import { DriverModel, type Held, type SentEvent } from './model.ts';
import { oneOf, type Random, upTo } from './random.ts';
import { type Ware, wares } from './wares.ts';

/** Simulates one driver: platform, shops and office act for the driver in a random sequence. */
export class Driver {
  readonly model: DriverModel;
  readonly #stage: Stage;
  readonly #random: Random;
  #steps = 0;

  constructor(stage: Stage, driverId: string, random: Random) {
    this.model = new DriverModel(driverId);
    this.#stage = stage;
    this.#random = random;
  }

  async live(steps: number): Promise<void> {
    await this.#serve();
    while (this.#steps < steps) {
      this.#steps += 1;
      await oneOf(this.#random, this.#actions)();
    }
  }

  readonly #actions = [
    () => this.#serve(),
    () => this.#serve(),
    () => this.#reverse(),
    () => this.#reserve(),
    () => this.#reserve(),
    () => this.#confirm(),
    () => this.#cancel(),
    () => this.#return(),
    () => this.#adjust(),
  ];

  /** Posts some new events and repeats some old ones. */
  async #serve(): Promise<void> {
    const newEvents = Array.from({ length: 1 + upTo(this.#random, 3) }, (_, index): SentEvent => {
      const activity = oneOf(this.#random, ['rescue', 'guidance', 'report'] as const);
      return {
        eventId: `${this.model.driverId}-${this.#steps}-${index}`,
        activity,
        minutes: activity === 'guidance' ? 30 * (1 + upTo(this.#random, 8)) : 0,
        day: 2 + upTo(this.#random, 3),
      };
    });
    for (const event of newEvents) this.model.events.set(event.eventId, event);
    const repeated = [...this.model.events.values()].filter(() => this.#random() < 0.2);
    await post(
      this.#stage,
      [...newEvents, ...repeated].map(({ eventId, activity, minutes, day }) => ({
        ...{ eventId, activity, driverId: this.model.driverId },
        occurredAt: `2026-03-0${day}T08:00:00+08:00`,
        ...(minutes > 0 ? { minutes } : {}),
      })),
    );
  }

  async #reverse(): Promise<void> {
    const rescues = [...this.model.events.values()].filter(
      ({ eventId, activity }) => activity === 'rescue' && !this.model.reversed.has(eventId),
    );
    if (rescues.length === 0) return;
    const { eventId } = oneOf(this.#random, rescues);
    for (;;) {
      const path = `POST /v1/volunteer-events/${eventId}/reversal` as const;
      const { status } = await this.#stage.call('platform rides', path, { reason: 'was not there' });
      if (status === 200) break;
      if (status !== 404) throw new Error(`The reversal of ${eventId} was answered with ${status}.`);
      await pause(20); // the event is not processed yet
    }
    this.model.reversed.add(eventId);
  }

  async #reserve(): Promise<void> {
    const { rewardId, merchantId, points, subsidyFen } = oneOf<Ware>(this.#random, wares);
    const key = `${this.model.driverId}-${this.#steps}`;
    const { status, body } = await this.#stage.call(
      `driver ${this.model.driverId}`,
      'POST /v1/redemptions',
      { rewardId },
      { 'idempotency-key': key },
    );
    if (status === 409 && expectedRefusals.has(body.code)) return;
    if (status !== 201)
      throw new Error(`The reservation ${key} was answered with ${status} ${JSON.stringify(body)}.`);
    const held: Held = { rewardId, merchantId, points, subsidyFen, state: 'reserved' };
    this.model.redemptions.set(body.redemptionId, held);
    this.#codes.set(body.redemptionId, body.code);
  }

  readonly #codes = new Map<string, string>();

  async #confirm(): Promise<void> {
    const found = this.#anyWith('reserved');
    if (!found) return;
    const [redemptionId, held] = found;
    const scan = { code: this.#codes.get(redemptionId), requestNo: `till-${redemptionId}` };
    await this.#stage.ask(`merchant ${held.merchantId}`, 'POST /v1/redemptions/confirmations', scan);
    held.state = 'confirmed';
  }

  async #cancel(): Promise<void> {
    const found = this.#anyWith('reserved');
    if (!found) return;
    const [redemptionId, held] = found;
    const path = `POST /v1/redemptions/${redemptionId}/cancellation` as const;
    await this.#stage.ask(`driver ${this.model.driverId}`, path, {});
    held.state = 'cancelled';
  }

  async #return(): Promise<void> {
    const found = this.#anyWith('confirmed');
    if (!found) return;
    const [redemptionId, held] = found;
    const path = `POST /v1/redemptions/${redemptionId}/return` as const;
    const body = { requestNo: `back-${redemptionId}`, reason: 'broken' };
    await this.#stage.ask(`merchant ${held.merchantId}`, path, body);
    held.state = 'returned';
  }

  async #adjust(): Promise<void> {
    const points = 1 + upTo(this.#random, 50);
    const requestNo = `${this.model.driverId}-${this.#steps}`;
    const body = { driverId: this.model.driverId, points, reason: 'counted by hand', requestNo };
    const proposal = await this.#stage.call('organizer office', 'POST /v1/adjustments', body);
    if (proposal.status === 404) return; // the driver is not enrolled yet
    if (proposal.status >= 300)
      throw new Error(`The adjustment ${requestNo} was answered with ${proposal.status}.`);
    const { adjustmentId } = proposal.body;
    await this.#stage.ask('organizer second', `POST /v1/adjustments/${adjustmentId}/approval`, {});
    this.model.adjusted += points;
  }

  #anyWith(state: Held['state']): [string, Held] | undefined {
    const all = [...this.model.redemptions].filter(([, held]) => held.state === state);
    return all.length > 0 ? oneOf(this.#random, all) : undefined;
  }
}

const expectedRefusals = new Set(['insufficient-points', 'out-of-stock']);
