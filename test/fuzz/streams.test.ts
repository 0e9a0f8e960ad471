import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../../shared/dynamo/batch.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { parseEntry } from '../../shared/ledger/store/entries.ts';
import { openMonth, type RankingMonth } from '../../shared/ranking/rules/ranking-month.ts';
import { monthKey, parseRankingMonth } from '../../shared/ranking/store/ranking-months.ts';
import type { Redemption } from '../../shared/redemptions/rules/redemption.ts';
import { parseRedemption } from '../../shared/redemptions/store/redemptions.ts';
import { AwsDouble } from '../support/aws-double.ts';
import { bundledHandler } from '../support/bundle.ts';
import { context } from '../support/call.ts';
import { freshDatabase, useEnvironment } from '../support/database.ts';
import { runs } from '../support/full.ts';
import { event, happens, newDriver } from '../support/given.ts';
import { broken, oddValue } from './rubbish.ts';
import { allTables, contentsOf } from './stored.ts';

/** Rubbish where only our own tables should ever have put something: in the streams. */

const seed = Number(process.env.FUZZ_SEED ?? 20260301);
const numRuns = runs(20, 300);
const aws = new AwsDouble();
let database: Database;

beforeAll(async () => {
  database = await freshDatabase();
  await aws.start();
  useEnvironment(database);
});
afterAll(() => aws.stop());

const at = '2026-03-10T12:00:00.000+08:00';
const redemption: Redemption = {
  ...{ redemptionId: 'r-1', driverId: 'd-1', rewardId: 'cup', rewardVersion: 1, points: 10 },
  ...{ lots: { '2026-03': 10 }, stockTracked: true, outlets: ['x'], subsidyFen: 0, seed: 's', codeKey: 'k' },
  ...{ reservedAt: at, expiresAt: '2026-03-11T12:00:00.000+08:00', state: 'reserved' },
};
const month: RankingMonth = {
  ...openMonth('2026-03'),
  ...{ state: 'closed', version: 1, build: 'b', asOf: at, builtAt: at, closedAt: at, revision: 3 },
  sha256: '0'.repeat(64),
};

/** Of each table one new item, as the platform itself writes it: that is announced. */
const items: Readonly<Record<string, object>> = {
  ledger: happens(newDriver(), event()).entries[0] ?? {},
  redemptions: redemption,
  rankings: { ...monthKey('2026-03'), ...month },
};

const anyItem = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Object.values(items)) },
  { weight: 1, arbitrary: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })) },
);
const image = fc.oneof(
  broken(anyItem).map(item => (isObject(item) ? imageOf(JSON.parse(JSON.stringify(item))) : item)),
  oddValue,
  fc.constant(undefined),
);
const rubbish = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ NewImage: image, OldImage: image }).map(images => ({ dynamodb: images })),
  },
  { weight: 5, arbitrary: image.map(NewImage => ({ dynamodb: { NewImage } })) },
  { weight: 1, arbitrary: fc.constantFrom({}, { dynamodb: null }, { dynamodb: {} }) },
);

interface Given {
  readonly dynamodb?: object | null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function imageOf(item: object) {
  return marshall(item, { allowImpreciseNumbers: true, convertClassInstanceToMap: true });
}

interface Followed {
  /** What was put on the bus and into the bucket: one for each change that was told of. */
  readonly written: readonly string[];
  /** At which of the records the stream has to come again. */
  readonly stuckAt: number | undefined;
}

/** A function behind a stream, as it is deployed, with all that it has said to anybody. */
class Follower {
  readonly #handler: ReturnType<typeof bundledHandler<DynamoDBBatchResponse>>;

  constructor(name: string) {
    this.#handler = bundledHandler(name);
  }

  async follow(records: readonly Given[]): Promise<Followed> {
    for (const told of [aws.onBus, aws.onQueue, aws.inBucket, aws.objects]) told.length = 0;
    const Records = records.map((record, index) => ({
      ...record,
      ...(record.dynamodb ? { dynamodb: { ...record.dynamodb, SequenceNumber: `${index + 1}` } } : {}),
    }));
    const { batchItemFailures } = await this.#handler({ Records }, context());
    expect(batchItemFailures.length).toBeLessThanOrEqual(1);
    const [failure] = batchItemFailures;
    const numbers = records.map((record, index) => (record.dynamodb ? `${index + 1}` : ''));
    const stuckAt = failure && numbers.indexOf(failure.itemIdentifier);
    expect(stuckAt).not.toBe(-1);
    expect(aws.onQueue).toEqual([]);
    const lines = aws.objects.flatMap(body => body.split('\n').filter(line => line !== ''));
    return { written: [...aws.onBus.map(entry => JSON.stringify(entry)), ...lines], stuckAt };
  }
}

/** What an item has to be, to be told of. The archive keeps whatever stands in the ledger. */
const reads: Readonly<Record<string, (item: Item) => unknown>> = {
  'publish-entries': parseEntry,
  'archive-entries': item => item,
  'publish-redemptions': parseRedemption,
  'publish-rankings': item => parseRankingMonth('2026-03', item),
};

describe.each([
  ['publish-entries', 'ledger'],
  ['archive-entries', 'ledger'],
  ['publish-redemptions', 'redemptions'],
  ['publish-rankings', 'rankings'],
])(`rubbish in the stream of %s (seed ${seed})`, (name, table) => {
  const read = ({ dynamodb }: Given) =>
    reads[name]?.(unmarshall((dynamodb as { NewImage: Parameters<typeof unmarshall>[0] }).NewImage));
  /** All or nothing: of what cannot be written down, that before it waits too. */
  const isOneObject = name === 'archive-entries';
  const good = { dynamodb: { NewImage: imageOf(items[table] ?? {}) } };

  it('is passed over or stops the stream there, writes nothing, and harms no change before it', async () => {
    const before = await contentsOf(database, allTables);
    const follower = new Follower(name);
    const [told] = (await follower.follow([good])).written;
    expect(told).toBeDefined();
    const counts = { refused: 0, passedOver: 0 };
    const changes = fc.array(fc.oneof({ weight: 3, arbitrary: rubbish }, fc.constant(good)), {
      minLength: 1,
      maxLength: 4,
    });
    const property = fc.asyncProperty(changes, async records => {
      const apart: Followed[] = [];
      for (const record of records) apart.push(await follower.follow([record]));
      for (const { written, stuckAt } of apart) {
        expect(written.length).toBeLessThanOrEqual(1);
        if (stuckAt !== undefined) expect(written).toEqual([]);
        if (stuckAt !== undefined) counts.refused += 1;
        else if (written.length === 0) counts.passedOver += 1;
      }
      const first = apart.findIndex(({ stuckAt }) => stuckAt !== undefined);
      const { written, stuckAt } = await follower.follow(records);
      expect(stuckAt === undefined).toBe(first === -1);
      if (stuckAt !== undefined && !isOneObject) expect(stuckAt).toBe(first);
      if (stuckAt !== undefined) expect(stuckAt).toBeLessThanOrEqual(first);
      expect(written).toEqual(apart.slice(0, stuckAt).flatMap(one => one.written));
      for (const [index, record] of records.entries()) {
        if (apart[index]?.written.length) expect(() => read(record)).not.toThrow();
        if (record === good) expect(apart[index]?.written).toEqual([told]);
      }
    });
    await fc.assert(property, { numRuns, seed });
    expect(await contentsOf(database, allTables)).toEqual(before);
    expect(counts.refused).toBeGreaterThan(numRuns / 4);
    expect(counts.passedOver).toBeGreaterThan(0);
  });
});
