import { findTables } from '../../../tools/find-tables.ts';
import { itemsIn } from '../state.ts';
import type { Sender, Sent } from './sender.ts';

const driversCount = 200;
const platformId = 'rides';

/** What the platform answered for an event. One that it rejected or did not answer may still have been accepted. */
const answers = { notSent: 0, accepted: 1, unclear: 2 } as const;

/** Sends events of one point each and records the answers. Every accepted event must be stored exactly once. */
export class Tally {
  /** Indexed by the number of the event. */
  #answers = new Uint8Array(1024);
  readonly #sender: Sender;
  #sentCount = 0;
  acceptedCount = 0;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  async setUp(): Promise<void> {
    await this.#mustSend('PUT', '/_local/clock', { now: '2026-02-20T12:00:00+08:00' });
    const { status } = await this.#sender.sendAs('organizer', 'office', 'PUT', '/v1/rulebooks/1', {
      ...{ effectiveFrom: '2026-03-01T00:00:00+08:00', monthlyCap: 1_000_000, campaigns: [] },
      activities: [{ code: 'watch', name: '值守', unit: 'event', points: 1 }],
    });
    if (status !== 201) throw new Error(`The rulebook was answered with ${status}.`);
    await this.#mustSend('PUT', '/_local/clock', { now: '2026-03-10T08:00:00+08:00' });
  }

  /** Sends new events of one driver, without retries. */
  async post(eventsCount: number): Promise<Sent> {
    const first = this.#sentCount;
    this.#sentCount += eventsCount;
    const numbers = Array.from({ length: eventsCount }, (_, index) => first + index);
    const driverId = `d-${first % driversCount}`;
    const events = numbers.map(number => ({
      eventId: `e-${number}`,
      ...{ driverId, activity: 'watch', occurredAt: '2026-03-10T08:00:00+08:00' },
    }));
    for (const number of numbers) this.#note(number, answers.unclear);
    const sent = await this.#sender.sendAs('platform', platformId, 'POST', '/v1/volunteer-events', {
      events,
    });
    if (sent.status === 202) {
      for (const { index, status } of sent.body.results as { index: number; status: string }[]) {
        if (status !== 'accepted') continue;
        this.#note(first + index, answers.accepted);
        this.acceptedCount += 1;
      }
    }
    return sent;
  }

  #note(number: number, answer: number): void {
    if (number >= this.#answers.length) {
      const longer = new Uint8Array(2 * this.#answers.length);
      longer.set(this.#answers);
      this.#answers = longer;
    }
    this.#answers[number] = answer;
  }

  /** Number of accepted events that are not processed yet. */
  async backlog(): Promise<number> {
    const { body } = await this.#sender.send('GET', '/_local/metrics');
    const awarded = (body.metrics as { metric: string; sum: number }[]).filter(
      ({ metric }) => metric === 'EventsAwarded',
    );
    return this.acceptedCount - awarded.reduce((sum, one) => sum + one.sum, 0);
  }

  async drained(): Promise<{ deadLetters: number }> {
    for (;;) {
      const { status, body } = await this.#sender.send('POST', '/_local/drain', {});
      if (status === 200) return body;
      if (status !== 503) throw new Error(`Draining was answered with ${status}.`);
    }
  }

  /** Compares the tables with the answers. */
  async wrong(dataDir: string): Promise<string[]> {
    const database = await findTables(dataDir);
    const entriesOf = new Map<string, number>();
    const missing = new Set<number>();
    for (let number = 0; number < this.#sentCount; number += 1) {
      if (this.#answers[number] === answers.accepted) missing.add(number);
    }
    const wrong: string[] = [];
    for await (const { eventId, driverId } of itemsIn(database, 'ledger')) {
      const number = Number(String(eventId).slice('e-'.length));
      missing.delete(number);
      if ((this.#answers[number] ?? answers.notSent) === answers.notSent)
        wrong.push(`${eventId} was never sent`);
      entriesOf.set(String(driverId), (entriesOf.get(String(driverId)) ?? 0) + 1);
    }
    for await (const { driverId, balance, seq } of itemsIn(database, 'accounts')) {
      const count = entriesOf.get(String(driverId));
      if (balance !== count || seq !== count)
        wrong.push(`${driverId} has ${balance} points, ${seq} counted and ${count} entries`);
    }
    database.client.destroy();
    return [...wrong, ...[...missing].map(number => `e-${number} was accepted but is lost`)];
  }

  async #mustSend(method: string, path: string, body: unknown): Promise<void> {
    const { status } = await this.#sender.send(method, path, body);
    if (status !== 200) throw new Error(`${method} ${path}: ${status}`);
  }
}
