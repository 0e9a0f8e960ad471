import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDeliveries } from '../../shared/application/deliveries.ts';
import type { Database } from '../../shared/store/client.ts';
import type { TableName } from '../../shared/store/tables.ts';
import { AwsDouble } from '../support/aws-double.ts';
import { context } from '../support/call.ts';
import { freshDatabase, haveRulebook, useEnvironment } from '../support/database.ts';
import { rulebook } from '../support/given.ts';
import { description, type JsonSchema, valuesOf } from './from-schema.ts';
import { broken, damaged, oddText, oddValue } from './rubbish.ts';

/** Rubbish where only our own functions should ever have put something: on the queue and in the streams. */

const seed = Number(process.env.FUZZ_SEED ?? 20260301);
const numRuns = Number(process.env.FUZZ_REQUESTS ?? 30);
const aws = new AwsDouble();
let database: Database;

beforeAll(async () => {
  database = await freshDatabase();
  await haveRulebook(database, rulebook({ effectiveFrom: '2020-01-01T00:00:00+08:00' }));
  await aws.start();
  useEnvironment(database);
});
afterAll(() => aws.stop());

type Handler = (
  event: object,
  context: object,
) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;

async function handlerOf(name: string): Promise<Handler> {
  return (await import(`../../functions/${name}.ts`)).handler;
}

/** Where an award can leave something. */
const written: readonly TableName[] = [
  'ledger',
  'accounts',
  'profiles',
  'evidence',
  'attestations',
  'conflicts',
];

async function itemCount(): Promise<number> {
  const counts = written.map(async table => {
    let count = 0;
    let start: Record<string, unknown> | undefined;
    do {
      const { Count = 0, LastEvaluatedKey } = await database.client.send(
        new ScanCommand({
          TableName: database.tableName(table),
          Select: 'COUNT',
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      count += Count;
      start = LastEvaluatedKey;
    } while (start);
    return count;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

const event = valuesOf(description.components?.schemas?.VolunteerEvent as JsonSchema, {
  activity: ['guidance', 'report', 'unknown'],
  occurredAt: ['2026-03-10T12:00:00+08:00', '2026-03-11T12:00:00+08:00'],
});
const envelope = fc.record({
  source: fc.constant('nuanxin.intake'),
  'detail-type': fc.constant('VolunteerEventsReceived'),
  detail: fc.record({
    platformId: fc.constant('rides'),
    receivedAt: fc.constant('2026-03-12T12:00:00+08:00'),
    events: fc.array(event, { minLength: 1, maxLength: 3 }),
  }),
});
const bodies: fc.Arbitrary<string> = fc.oneof(
  broken(envelope).map(value => JSON.stringify(value)),
  damaged(envelope.map(value => JSON.stringify(value))).map(bytes => bytes.toString('latin1')),
  oddValue.map(value => JSON.stringify(value)),
  oddText,
);

describe(`rubbish on the award queue (seed ${seed})`, () => {
  it('is given back or sent on, writes nothing, and harms no message beside it', async () => {
    const handler = await handlerOf('award-points');
    let turn = 0;
    let count = await itemCount();
    const property = fc.asyncProperty(fc.array(bodies, { minLength: 1, maxLength: 4 }), async rubbish => {
      turn += 1;
      aws.onQueue.length = 0;
      const good = { eventId: `good-${turn}`, driverId: 'd-good', activity: 'report', occurredAt };
      const detail = { platformId: 'rides', receivedAt: occurredAt, events: [good] };
      const messages = [...rubbish, JSON.stringify({ 'detail-type': 'VolunteerEventsReceived', detail })].map(
        (body, index) => ({ messageId: `m-${index}`, body }),
      );
      const { deliveries, unreadable } = readDeliveries(messages);
      const valid = new Set(deliveries.flatMap(one => (one.event ? [JSON.stringify(one.event)] : [])));
      const { batchItemFailures } = await handler({ Records: messages } as unknown as SQSEvent, context());
      const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      const bad = deliveries.filter(one => one.event === undefined);
      for (const { messageId } of unreadable) expect(failed).toContain(messageId);
      expect(failed).not.toContain(messages.at(-1)?.messageId);
      for (const { messageId } of bad)
        expect(failed.includes(messageId) || aws.onQueue.length > 0).toBe(true);
      const counted = await itemCount();
      if (valid.size === 1) expect(counted).toBe(count + (turn === 1 ? 3 : 1));
      count = counted;
    });
    await fc.assert(property, { numRuns, seed });
  });
});

const occurredAt = '2026-03-10T12:00:00+08:00';

/** Items of the kind that the tables hold, and any others. */
const items = fc.oneof(
  fc.constantFrom<object>(
    { entryId: 'award#rides#e-1', driverId: 'd-1', seq: 1, kind: 'award', points: 5, recordedAt: occurredAt },
    { redemptionId: 'r-1', state: 'reserved', driverId: 'd-1', rewardId: 'cup', reservedAt: occurredAt },
    { pk: 'month#2026-03', sk: 'state', month: '2026-03', state: 'closed', version: 1 },
  ),
  fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
);
const image = fc.oneof(
  broken(items).map(item =>
    isObject(item)
      ? marshall(JSON.parse(JSON.stringify(item)), {
          allowImpreciseNumbers: true,
          convertClassInstanceToMap: true,
        })
      : item,
  ),
  oddValue,
  fc.constant(undefined),
);
const records = fc.array(
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({ NewImage: image, OldImage: image }).map(images => ({ dynamodb: images })),
    },
    { weight: 1, arbitrary: fc.constantFrom({}, { dynamodb: null }, { dynamodb: {} }) },
  ),
  { minLength: 1, maxLength: 4 },
);

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe.each(['publish-entries', 'archive-entries', 'publish-redemptions', 'publish-rankings'])(
  `rubbish in the stream of %s (seed ${seed})`,
  name => {
    it('is passed over or stops the stream at one of its records, and never ends the function', async () => {
      const handler = await handlerOf(name);
      const property = fc.asyncProperty(records, async rubbish => {
        const Records = rubbish.map((record, index) => ({
          ...record,
          ...(record.dynamodb ? { dynamodb: { ...record.dynamodb, SequenceNumber: `${index + 1}` } } : {}),
        }));
        const { batchItemFailures } = await handler({ Records } as unknown as DynamoDBStreamEvent, context());
        expect(batchItemFailures.length).toBeLessThanOrEqual(1);
        const numbers = ['', ...Records.map((_, index) => `${index + 1}`)];
        for (const { itemIdentifier } of batchItemFailures) expect(numbers).toContain(itemIdentifier);
      });
      await fc.assert(property, { numRuns, seed });
    });
  },
);
