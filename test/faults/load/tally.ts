import { findTables } from '../../../tools/find-tables.ts';
import { itemsIn } from '../state.ts';
import type { Sender, Sent } from './sender.ts';

const driversCount = 200;
const platformId = 'rides';

/** What was said of an event; one whose answer was no, or none, may have been taken all the same. */
const said = { nothing: 0, accepted: 1, unclear: 2 } as const;

/** Events of a point each. What was accepted must be there in the end, once, and nothing that was not sent. */
export class Tally {
  /** By the event's number. */
  #said = new Uint8Array(1024);
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
    if (status !== 201) throw new Error(`the rulebook is not stored: ${status}`);
    await this.#mustSend('PUT', '/_local/clock', { now: '2026-03-10T08:00:00+08:00' });
  }

  /** Sends new events of one driver, once. */
  async post(eventsCount: number): Promise<Sent> {
    const first = this.#sentCount;
    this.#sentCount += eventsCount;
    const numbers = Array.from({ length: eventsCount }, (_, index) => first + index);
    const driverId = `d-${first % driversCount}`;
    const events = numbers.map(number => ({
      eventId: `e-${number}`,
      ...{ driverId, activity: 'watch', occurredAt: '2026-03-10T08:00:00+08:00' },
    }));
    for (const number of numbers) this.#note(number, said.unclear);
    const sent = await this.#sender.sendAs('platform', platformId, 'POST', '/v1/volunteer-events', {
      events,
    });
    if (sent.status === 202) {
      for (const { index, status } of sent.body.results as { index: number; status: string }[]) {
        if (status !== 'accepted') continue;
        this.#note(first + index, said.accepted);
        this.acceptedCount += 1;
      }
    }
    return sent;
  }

  #note(number: number, word: number): void {
    if (number >= this.#said.length) {
      const longer = new Uint8Array(2 * this.#said.length);
      longer.set(this.#said);
      this.#said = longer;
    }
    this.#said[number] = word;
  }

  /** Accepted events that have not been worked off. */
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
      if (status !== 503) throw new Error(`it does not drain: ${status}`);
    }
  }

  /** What the tables hold, against what was said. */
  async wrong(dataDir: string): Promise<string[]> {
    const database = await findTables(dataDir);
    const entriesOf = new Map<string, number>();
    const left = new Set<number>();
    for (let number = 0; number < this.#sentCount; number += 1) {
      if (this.#said[number] === said.accepted) left.add(number);
    }
    const strange: string[] = [];
    for await (const { eventId, driverId } of itemsIn(database, 'ledger')) {
      const number = Number(String(eventId).slice('e-'.length));
      left.delete(number);
      if ((this.#said[number] ?? said.nothing) === said.nothing) strange.push(`${eventId} was never sent`);
      entriesOf.set(String(driverId), (entriesOf.get(String(driverId)) ?? 0) + 1);
    }
    for await (const { driverId, balance, seq } of itemsIn(database, 'accounts')) {
      const count = entriesOf.get(String(driverId));
      if (balance !== count || seq !== count)
        strange.push(`${driverId} has ${balance} points, ${seq} counted and ${count} entries`);
    }
    database.client.destroy();
    return [...strange, ...[...left].map(number => `e-${number} was accepted and is lost`)];
  }

  async #mustSend(method: string, path: string, body: unknown): Promise<void> {
    const { status } = await this.#sender.send(method, path, body);
    if (status !== 200) throw new Error(`${method} ${path}: ${status}`);
  }
}
