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
import { broken, oddValue } from './odd-values.ts';
import { allTables, contentsOf } from './stored.ts';

/** Random records in the table streams, where normally only our own writes arrive. */

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

/** A new item of each table, as the platform writes it, which is published. */
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
const invalid = fc.oneof(
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
  /** What was put on the bus and into the bucket: one text for each published change. */
  readonly written: readonly string[];
  /** Index of the record from which the stream has to retry. */
  readonly stuckAt: number | undefined;
}

/** The deployed bundle of a stream function, with everything that it sends. */
class Follower {
  readonly #handler: ReturnType<typeof bundledHandler<DynamoDBBatchResponse>>;

  constructor(name: string) {
    this.#handler = bundledHandler(name);
  }

  async follow(records: readonly Given[]): Promise<Followed> {
    for (const sent of [aws.onBus, aws.onQueue, aws.inBucket, aws.objects]) sent.length = 0;
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

/** Parses an item as the function does before it publishes it. The archive takes any item. */
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
])(`random records in the stream of %s (seed ${seed})`, (name, table) => {
  const read = ({ dynamodb }: Given) =>
    reads[name]?.(unmarshall((dynamodb as { NewImage: Parameters<typeof unmarshall>[0] }).NewImage));
  /** The archive writes a batch as one object, so an invalid record also holds back those before it. */
  const isOneObject = name === 'archive-entries';
  const good = { dynamodb: { NewImage: imageOf(items[table] ?? {}) } };

  it('are skipped or stop the stream, write nothing, and do not affect earlier records', async () => {
    const before = await contentsOf(database, allTables);
    const follower = new Follower(name);
    const [published] = (await follower.follow([good])).written;
    expect(published).toBeDefined();
    const counts = { rejected: 0, skipped: 0 };
    const changes = fc.array(fc.oneof({ weight: 3, arbitrary: invalid }, fc.constant(good)), {
      minLength: 1,
      maxLength: 4,
    });
    const property = fc.asyncProperty(changes, async records => {
      const alone: Followed[] = [];
      for (const record of records) alone.push(await follower.follow([record]));
      for (const { written, stuckAt } of alone) {
        expect(written.length).toBeLessThanOrEqual(1);
        if (stuckAt !== undefined) expect(written).toEqual([]);
        if (stuckAt !== undefined) counts.rejected += 1;
        else if (written.length === 0) counts.skipped += 1;
      }
      const first = alone.findIndex(({ stuckAt }) => stuckAt !== undefined);
      const { written, stuckAt } = await follower.follow(records);
      expect(stuckAt === undefined).toBe(first === -1);
      if (stuckAt !== undefined && !isOneObject) expect(stuckAt).toBe(first);
      if (stuckAt !== undefined) expect(stuckAt).toBeLessThanOrEqual(first);
      expect(written).toEqual(alone.slice(0, stuckAt).flatMap(one => one.written));
      for (const [index, record] of records.entries()) {
        if (alone[index]?.written.length) expect(() => read(record)).not.toThrow();
        if (record === good) expect(alone[index]?.written).toEqual([published]);
      }
    });
    await fc.assert(property, { numRuns, seed });
    expect(await contentsOf(database, allTables)).toEqual(before);
    expect(counts.rejected).toBeGreaterThan(numRuns / 4);
    expect(counts.skipped).toBeGreaterThan(0);
  });
});
