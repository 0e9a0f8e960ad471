import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { handler as Handler } from '../../../functions/award-points.ts';
import { readReceipt } from '../../../shared/awards/use-cases/receipts.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { toLocalIso } from '../../../shared/kernel/time.ts';
import { AwsDouble } from '../../support/aws-double.ts';
import { context } from '../../support/call.ts';
import { freshDatabase, haveRulebook, useEnvironment } from '../../support/database.ts';
import { rulebook } from '../../support/given.ts';

/** The function behind the award queue: what becomes of messages of which a part can't be worked off. */

const queue = new AwsDouble();
let database: Database;
let handler: typeof Handler;

beforeAll(async () => {
  database = await freshDatabase();
  await haveRulebook(database, rulebook({ effectiveFrom: '2020-01-01T00:00:00+08:00' }));
  await queue.start();
  useEnvironment(database);
  ({ handler } = await import('../../../functions/award-points.ts'));
});
afterAll(() => queue.stop());
beforeEach(() => {
  queue.onQueue.length = 0;
  queue.refuses = () => false;
});

const anHourAgo = toLocalIso(Date.now() - 3_600_000);

function event(eventId: string, changes: object = {}) {
  return { eventId, driverId: `d-${eventId}`, activity: 'report', occurredAt: anHourAgo, ...changes };
}

function message(messageId: string, ...events: unknown[]): SQSRecord {
  const detail = { platformId: 'rides', receivedAt: anHourAgo, events };
  return record(messageId, JSON.stringify({ 'detail-type': 'VolunteerEventsReceived', detail }));
}

function record(messageId: string, body: string): SQSRecord {
  return { messageId, body } as SQSRecord;
}

async function work(records: SQSRecord[], remainingMs?: number): Promise<string[]> {
  const answer = await handler({ Records: records } as SQSEvent, context(remainingMs));
  return (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
}

async function statusOf(eventId: string): Promise<string> {
  const receipt = await readReceipt(database, 'rides', eventId);
  return 'refusal' in receipt ? receipt.refusal : receipt.status;
}

/** An entry that cannot be read: whoever comes upon its name fails, every time. */
async function poison(eventId: string): Promise<void> {
  const Item = { entryId: `award#rides#${eventId}`, driverId: 'broken' };
  await database.client.send(new PutCommand({ TableName: database.tableName('ledger'), Item }));
}

/** The messages that went on, as the queue would bring them. */
const sentOn = () => queue.onQueue.map((body, index) => record(`again-${index}`, body));
const eventsOf = (body: string) => JSON.parse(body).detail.events;

describe('an event that fails every time', () => {
  it('harms no neighbour, and goes on alone', async () => {
    await poison('bad-1');
    const sameDriver = { driverId: 'd-shared' };
    const events = [
      event('ok-1', sameDriver),
      event('bad-1', sameDriver),
      event('ok-2', sameDriver),
      event('ok-3'),
    ];
    expect(await work([message('m-1', ...events), message('m-2', event('ok-4'))])).toEqual([]);
    expect(await Promise.all(['ok-1', 'ok-2', 'ok-3', 'ok-4'].map(statusOf))).toEqual(
      Array(4).fill('awarded'),
    );
    expect(queue.onQueue.map(eventsOf)).toEqual([[event('bad-1', sameDriver)]]);
    expect(JSON.parse(queue.onQueue[0] ?? '').detail).toMatchObject({
      platformId: 'rides',
      receivedAt: anHourAgo,
    });
  });

  it('is sent on beside the others that failed, and does not wait for them', async () => {
    const names = ['bad-4', 'bad-5', 'bad-6'];
    for (const name of names) await poison(name);
    const all = Promise.withResolvers<void>();
    const before = queue.requests;
    queue.waitsFor = () => {
      if (queue.requests === before + names.length) all.resolve();
      return all.promise;
    };
    await work([message('m-1', ...names.map(name => event(name)))]);
    queue.waitsFor = async () => {};
    expect(queue.onQueue).toHaveLength(names.length);
  });

  it('alone is given back to the queue, to end with the dead letters', async () => {
    await poison('bad-2');
    await work([message('m-1', event('bad-2'), event('ok-5'))]);
    expect(await work([...sentOn(), message('m-2', event('ok-6'))])).toEqual(['again-0']);
    expect(queue.onQueue).toHaveLength(1);
    expect(await statusOf('ok-6')).toBe('awarded');
  });

  it('is given back with its whole message where it can’t be sent on, and the rest repeats harmlessly', async () => {
    await poison('bad-3');
    queue.refuses = () => true;
    const mixed = message('m-1', event('ok-7'), event('bad-3'));
    expect(await work([mixed, message('m-2', event('ok-8'))])).toEqual(['m-1']);
    queue.refuses = () => false;
    expect(await work([mixed])).toEqual([]);
    expect(queue.onQueue.map(eventsOf)).toEqual([[event('bad-3')]]);
    expect(await statusOf('ok-7')).toBe('awarded');
  });
});

describe('what comes off the queue is validated as if nobody had before', () => {
  it.each([
    ['points of its own', { points: 1000 }],
    ['minutes without an end', { minutes: 1e9 }],
    ['no driver', { driverId: undefined }],
  ])('an event with %s is not awarded and harms no neighbour', async (words, changes) => {
    const id = words.replaceAll(' ', '-');
    expect(await work([message('m-1', event(`bad-${id}`, changes), event(`ok-${id}`))])).toEqual([]);
    expect(await statusOf(`ok-${id}`)).toBe('awarded');
    expect(await statusOf(`bad-${id}`)).toBe('not-found');
    expect(queue.onQueue).toHaveLength(1);
  });

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['no detail', '{"detail-type":"VolunteerEventsReceived"}'],
    [
      'no events',
      '{"detail-type":"x","detail":{"platformId":"rides","receivedAt":"2026-03-10T08:00:00Z","events":[]}}',
    ],
    [
      'a platform that is no id',
      '{"detail-type":"x","detail":{"platformId":"a b","receivedAt":"2026-03-10T08:00:00Z","events":[1]}}',
    ],
    ['no time', '{"detail-type":"x","detail":{"platformId":"rides","receivedAt":"soon","events":[1]}}'],
  ])('a message with %s is given back, and harms no neighbour', async (words, body) => {
    const id = `unreadable-${words.replaceAll(' ', '-')}`;
    expect(await work([record('m-1', body), message('m-2', event(id))])).toEqual(['m-1']);
    expect(await statusOf(id)).toBe('awarded');
  });
});

describe('an invocation that runs out of time', () => {
  it('begins nothing more, and loses nothing', async () => {
    const records = [message('m-1', event('slow-1')), message('m-2', event('slow-2'), event('slow-3'))];
    expect(await work(records, 5000)).toEqual(['m-1']);
    expect(await Promise.all(['slow-1', 'slow-2', 'slow-3'].map(statusOf))).toEqual(
      Array(3).fill('not-found'),
    );
    expect(queue.onQueue.map(eventsOf)).toEqual([[event('slow-2')], [event('slow-3')]]);
    expect(await work([...sentOn(), message('m-1', event('slow-1'))])).toEqual([]);
    expect(await Promise.all(['slow-1', 'slow-2', 'slow-3'].map(statusOf))).toEqual(Array(3).fill('awarded'));
  });
});

describe('more events of one driver than a transaction holds', () => {
  it('are awarded all the same, in order', async () => {
    const events = Array.from({ length: 95 }, (_, n) =>
      event(`many-${n}`, { driverId: 'd-many', activity: 'guidance', minutes: 3 }),
    );
    expect(await work([message('m-1', ...events)])).toEqual([]);
    const statuses = await Promise.all(events.map(({ eventId }) => statusOf(eventId)));
    expect(statuses.slice(0, 80)).toEqual(Array(80).fill('awarded'));
    expect(statuses.slice(80)).toEqual(Array(15).fill('capped'));
  });
});
