import type { SQSBatchResponse } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Delivery, readDeliveries } from '../../shared/awards/use-cases/deliveries.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { entryIds } from '../../shared/ledger/rules/entry.ts';
import { AwsDouble } from '../support/aws-double.ts';
import { bundledHandler } from '../support/bundle.ts';
import { context } from '../support/call.ts';
import { freshDatabase, haveRulebook, useEnvironment } from '../support/database.ts';
import { runs } from '../support/full.ts';
import { rulebook } from '../support/given.ts';
import { description, type JsonSchema, valuesOf } from './from-schema.ts';
import { broken, damaged, oddText, oddValue } from './odd-values.ts';
import { allTables, type Contents, changedBy, contentsOf, removeAll } from './stored.ts';

/** Random messages on the award queue, where normally only the bus rule puts messages. */

const seed = Number(process.env.FUZZ_SEED ?? 20260301);
const numRuns = runs(15, 300);
const occurredAt = '2026-03-10T12:00:00+08:00';
const receivedAt = '2026-03-12T12:00:00+08:00';
const type = 'VolunteerEventsReceived';

const mayChange = changedBy('award-points');

/** The deployed bundle of `award-points` with its own tables. */
class Place {
  readonly database: Database;
  readonly #handler = bundledHandler<SQSBatchResponse>('award-points');

  constructor(database: Database) {
    this.database = database;
  }

  static async make(): Promise<Place> {
    const database = await freshDatabase();
    useEnvironment(database);
    await haveRulebook(database, rulebook({ effectiveFrom: '2020-01-01T00:00:00+08:00' }));
    return new Place(database);
  }

  /** @returns the ids of the messages that the queue has to retry */
  async put(Records: readonly Message[]): Promise<string[]> {
    useEnvironment(this.database); // the handler reads the table names at each use
    const { batchItemFailures } = await this.#handler({ Records }, context());
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  }

  stored(): Promise<Contents> {
    return contentsOf(this.database, mayChange);
  }

  async clear(): Promise<void> {
    await removeAll(this.database, await this.stored());
  }
}

interface Message {
  readonly messageId: string;
  readonly body: string;
}

const aws = new AwsDouble();
let place: Place;
/** Receives only the valid events. */
let twin: Place;

beforeAll(async () => {
  await aws.start();
  place = await Place.make();
  twin = await Place.make();
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(receivedAt) }); // so that both store the same times
});
afterAll(() => {
  vi.useRealTimers();
  return aws.stop();
});

const event = valuesOf(description.components?.schemas?.VolunteerEvent as JsonSchema, {
  activity: ['guidance', 'report', 'unknown'],
  occurredAt: [occurredAt, '2026-03-11T12:00:00+08:00'],
});
const envelope = fc.record({
  source: fc.constant('nuanxin.intake'),
  'detail-type': fc.constant(type),
  detail: fc.record({
    platformId: fc.constant('rides'),
    receivedAt: fc.constant(receivedAt),
    events: fc.array(event, { minLength: 1, maxLength: 3 }),
  }),
});
const randomBody: fc.Arbitrary<string> = fc.oneof(
  broken(envelope).map(value => JSON.stringify(value)),
  damaged(envelope.map(value => JSON.stringify(value))).map(bytes => bytes.toString('latin1')),
  oddValue.map(value => JSON.stringify(value)),
  oddText,
);
const good = JSON.stringify({
  'detail-type': type,
  detail: {
    platformId: 'rides',
    receivedAt,
    events: [{ eventId: 'good', driverId: 'd-good', activity: 'report', occurredAt }],
  },
});

function messagesOf(bodies: readonly string[]): Message[] {
  return bodies.map((body, index) => ({ messageId: `m-${index}`, body }));
}

/** A valid message with one event. */
function alone({ platformId, receivedAt, requestId, body }: Delivery): string {
  const detail = { platformId, receivedAt, requestId, events: [body] };
  return JSON.stringify({ 'detail-type': type, detail });
}

describe(`random messages on the award queue (seed ${seed})`, () => {
  it('are returned to the queue or sent again alone, write nothing, and do not affect valid messages', async () => {
    let invalid = 0;
    const property = fc.asyncProperty(fc.array(randomBody, { minLength: 1, maxLength: 4 }), async bodies => {
      const messages = messagesOf([...bodies, good]);
      const { deliveries, unreadable } = readDeliveries(messages);
      const valid = deliveries.filter(one => one.event !== undefined);
      const bad = deliveries.filter(one => one.event === undefined);
      const sharesMessage = (one: Delivery) =>
        deliveries.some(other => other !== one && other.messageId === one.messageId);
      invalid += unreadable.length + bad.length;

      const failed = await place.put(messages);
      const returned = [...unreadable, ...bad.filter(one => !sharesMessage(one))];
      expect(failed.toSorted()).toEqual(returned.map(({ messageId }) => messageId).toSorted());
      const sentAgain = aws.onQueue.map(text => JSON.parse(text).detail.events);
      expect(inSomeOrder(sentAgain)).toEqual(
        inSomeOrder(bad.filter(sharesMessage).map(({ body }) => [body])),
      );

      expect(await twin.put(messagesOf(valid.map(alone)))).toEqual([]);
      const stored = await place.stored();
      expect(stored).toEqual(await twin.stored());
      expect(new Set(stored.ledger?.map(({ entryId }) => entryId))).toEqual(new Set(valid.map(nameOf)));
    });
    const clear = async () => {
      aws.onQueue.length = 0;
      await Promise.all([place.clear(), twin.clear()]);
    };
    const before = await contentsOf(place.database, allTables);
    await fc.assert(property.beforeEach(clear), { numRuns, seed });
    await clear();
    expect(await contentsOf(place.database, allTables)).toEqual(before);
    expect(invalid).toBeGreaterThan(numRuns);
  });
});

function inSomeOrder(all: readonly unknown[]): string[] {
  return all.map(one => JSON.stringify(one)).sort();
}

function nameOf({ platformId, event }: Delivery): string {
  return entryIds.event(platformId, event?.eventId ?? '');
}
