import { volunteerEventsReceived } from '../../shared/awards/contract/intake.ts';
import { StoredRulebook } from '../../shared/awards/contract/rulebooks.ts';
import type { AwardOutcome } from '../../shared/awards/rules/award-batch.ts';
import { rulebookCache } from '../../shared/awards/store/rulebook-cache.ts';
import { awardDeliveries } from '../../shared/awards/use-cases/award-deliveries.ts';
import { readDeliveries } from '../../shared/awards/use-cases/deliveries.ts';
import { readReceipt, reverseAward } from '../../shared/awards/use-cases/receipts.ts';
import { storeNewRulebook } from '../../shared/awards/use-cases/store-rulebook.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { busSources } from '../../shared/kernel/bus.ts';
import { isRefusal } from '../../shared/kernel/refusal.ts';
import { instantOf, toLocalIso } from '../../shared/kernel/time.ts';
import { readAccount } from '../../shared/ledger/store/accounts.ts';
import { ProfileBody } from '../../shared/people/contract/drivers.ts';
import { registerDriver } from '../../shared/people/use-cases/drivers.ts';
import { readWallet } from '../../shared/wallet/use-cases/wallet.ts';
import { type Arrival, reference } from './reference.ts';

export interface Message {
  readonly messageId: string;
  readonly receivedAt: string;
  readonly body: string;
}

/** The platform without its pipes: the use cases on the real engine, under a clock that the workload moves. */
export class InProcess {
  readonly counts: Record<string, number> = {};
  private clock = instantOf('2025-12-31T12:00:00+08:00');
  private readonly database: Database;
  private readonly rulebooksFor;

  constructor(database: Database) {
    this.database = database;
    this.rulebooksFor = rulebookCache(
      database,
      () => this.clock,
      () => this.clock,
    );
  }

  async setUp(): Promise<void> {
    for (const rulebook of StoredRulebook.array().parse(reference.rulebooks)) {
      const outcome = await storeNewRulebook(this.database, rulebook, this.clock);
      if (!('stored' in outcome)) throw new Error(`rulebook ${rulebook.version} was not stored`);
    }
    await Promise.all(
      reference.drivers.map(({ driverId, ...profile }) =>
        registerDriver(this.database, driverId, ProfileBody.parse(profile), undefined),
      ),
    );
  }

  /** Works off messages in one invocation after the other, the clock as late as the latest of them. */
  async work(batches: readonly (readonly Message[])[]): Promise<void> {
    for (const messages of batches) {
      this.clock = Math.max(this.clock, ...messages.map(({ receivedAt }) => instantOf(receivedAt)));
      const { deliveries, unreadable } = readDeliveries(messages);
      if (unreadable.length > 0) throw new Error('some messages cannot be read');
      const { database, rulebooksFor } = this;
      const ports = { database, rulebooksFor, now: () => this.clock, hasTime: () => true };
      for (const result of await awardDeliveries(ports, deliveries)) {
        if ('error' in result) throw result.error;
        this.count(result.outcome);
      }
    }
  }

  async reverseAll(): Promise<void> {
    for (const { platformId, eventId, reason } of [...reference.reversals, ...reference.reversals]) {
      const receipt = await reverseAward(this.database, () => this.clock, platformId, eventId, reason);
      if (isRefusal(receipt)) throw new Error(`${eventId}: ${receipt.refusal}`);
    }
  }

  receipts(names: readonly string[]) {
    return Promise.all(names.map(name => this.receipt(name)));
  }

  async receipt(name: string) {
    const [platformId = '', eventId = ''] = name.split('/');
    const receipt = await readReceipt(this.database, platformId, eventId);
    if (isRefusal(receipt)) throw new Error(`${name}: ${receipt.refusal}`);
    return receipt;
  }

  /** What the platform holds of every driver in the end. */
  async holdings() {
    const { expected, drivers } = reference;
    const balances: Record<string, number> = {};
    const minutes: Record<string, number> = {};
    const scores: Record<string, Record<string, number>> = {};
    for (const month of Object.keys(expected.scores)) scores[month] = {};
    await Promise.all(
      drivers.map(async ({ driverId }) => {
        const wallet = await readWallet(this.database, driverId, instantOf(expected.now));
        if (isRefusal(wallet)) throw new Error(wallet.refusal);
        balances[driverId] = wallet.available;
        minutes[driverId] = wallet.minutes;
        const { account } = await readAccount(this.database, driverId);
        for (const [month, { score }] of Object.entries(account.standings)) {
          if (score > 0) scores[month] = { ...scores[month], [driverId]: score };
        }
      }),
    );
    return { balances, minutes, scores };
  }

  private count(outcome: AwardOutcome): void {
    const word = wordOf(outcome);
    this.counts[word] = (this.counts[word] ?? 0) + 1;
  }
}

/** As expected.json calls what came of a delivery. */
function wordOf(outcome: AwardOutcome): string {
  if (outcome.what !== 'recorded') return outcome.what === 'repeat' ? 'duplicate' : 'conflict';
  const { kind, granted, reason } = outcome.entry;
  const status = kind === 'declined' ? 'declined' : granted === 0 ? 'capped' : 'awarded';
  return reason === null ? status : `${status}:${reason}`;
}

/** One message for each platform of a slice, as one request of it makes one. */
export function messagesOf(arrivals: readonly Omit<Arrival, 'arrivedAt'>[], receivedAt: string): Message[] {
  return [...Map.groupBy(arrivals, ({ platformId }) => platformId)].map(([platformId, same]) => ({
    messageId: `${platformId} ${receivedAt}`,
    receivedAt,
    body: JSON.stringify({
      source: busSources.intake,
      'detail-type': volunteerEventsReceived,
      detail: { platformId, receivedAt, events: same.map(({ event }) => event) },
    }),
  }));
}

/** Arrivals in batches of these sizes, each as if it had come when its last did. */
export function batchesOf(arrivals: readonly Arrival[], sizeAt: (batch: number) => number): Message[][] {
  const batches: Message[][] = [];
  for (let start = 0; start < arrivals.length; ) {
    const slice = arrivals.slice(start, start + sizeAt(batches.length));
    const latest = Math.max(...slice.map(({ arrivedAt }) => instantOf(arrivedAt)));
    batches.push(messagesOf(slice, toLocalIso(latest)));
    start += slice.length;
  }
  return batches;
}
