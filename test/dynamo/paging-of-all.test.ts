import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRulebooks } from '../../shared/awards/store/rulebooks.ts';
import { batchGet, putAll } from '../../shared/dynamo/batch.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { transact } from '../../shared/dynamo/transaction.ts';
import { driversWithLotsBefore } from '../../shared/ledger/store/accounts.ts';
import { ScopeSets } from '../../shared/ranking/rules/standings.ts';
import { addVersion, readAllVersions } from '../../shared/ranking/store/ranking-months.ts';
import { readAccounts, readIndexedStandings, readRoster } from '../../shared/ranking/store/standings.ts';
import { freshDatabase, haveRulebook } from '../support/database.ts';
import { intercept } from '../support/faults.ts';
import { rulebook } from '../support/given.ts';
import { smallPages } from '../support/small-pages.ts';

/** DynamoDB ends an answer after a megabyte: whatever is read must be read to its end, an item at a time if need be. */

const noon = '2026-03-10T12:00:00+08:00';
const hash = '0'.repeat(64);
const five = [1, 2, 3, 4, 5];
let database: Database;
let stop: () => void;
beforeAll(async () => {
  database = await freshDatabase();
  stop = smallPages(database, 1);
});
afterAll(() => stop());

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of list) found.push(one);
  return found;
}

describe('of everybody', () => {
  const drivers = Array.from({ length: 60 }, (_, number) => `all-${number}`);
  let own: Database;
  let endPages: () => void;
  beforeAll(async () => {
    own = await freshDatabase();
    const account = {
      seq: 1,
      head: hash,
      standings: { '2026-03': [20, 60] },
      latestMonth: '2026-03',
    };
    const items = drivers.map((driverId, number) => ({
      ...account,
      driverId,
      shard: String(number % 16).padStart(2, '0'),
      sweepKey: `2026-03#${driverId}`,
    }));
    await putAll(own, 'accounts', items);
    const profile = { district: null, platformId: 'rides', occupation: null };
    await putAll(
      own,
      'profiles',
      drivers.map(driverId => ({ driverId, ...profile })),
    );
    endPages = smallPages(own, 2);
  });
  afterAll(() => endPages());

  it('every account is found that may hold old lots', async () => {
    const found = await all(driversWithLotsBefore(own, '2026-04'));
    expect(found.sort()).toEqual([...drivers].sort());
    expect(await all(driversWithLotsBefore(own, '2026-03'))).toEqual([]);
  });

  it('every standing is read from the index, and every account for the close, consistently', async () => {
    const indexed: string[] = [];
    await readIndexedStandings(own, ({ driverId }) => indexed.push(driverId));
    expect(indexed.sort()).toEqual([...drivers].sort());
    const consistent = new Set<unknown>();
    const stopLooking = intercept(own, ({ input }, proceed) => {
      consistent.add(input.ConsistentRead);
      return proceed();
    });
    const read: string[] = [];
    await readAccounts(own, ({ driverId }) => read.push(driverId));
    stopLooking();
    expect(read.sort()).toEqual([...drivers].sort());
    expect([...consistent]).toEqual([true]);
  });

  it('the scopes of every profile are read', async () => {
    const sets = new ScopeSets();
    const roster = await readRoster(own, sets, { consistent: true });
    expect(drivers.filter(driverId => roster.get(driverId) === undefined)).toEqual([]);
  });
});

describe('of what organizers set up', () => {
  it('every rulebook is found', async () => {
    for (const version of five) await haveRulebook(database, rulebook({ version }));
    expect((await allRulebooks(database)).map(({ version }) => version)).toEqual(five);
  });

  it('every version of every ranking is found', async () => {
    const facts = {
      asOf: noon,
      reason: null,
      author: 'clock',
      total: 0,
      sha256: hash,
      root: hash,
      changed: 0,
    };
    for (const version of five) {
      const stored = { month: `2026-0${version}`, version, build: 'b', ...facts };
      await transact(database, [addVersion(database, stored)]);
    }
    expect((await readAllVersions(database)).map(({ version }) => version).sort()).toEqual(five);
  });
});

describe('writing many items', () => {
  const items = Array.from({ length: 53 }, (_, number) => ({ blockId: `block-${number}` }));
  const busy = Object.assign(new Error('too busy'), { name: 'ProvisionedThroughputExceededException' });

  it('puts every one by itself, for who may write in batches may delete in them', async () => {
    const commands = new Set<string>();
    const stop = intercept(database, ({ command }, proceed) => {
      commands.add(command);
      return proceed();
    });
    await putAll(database, 'rankingBlocks', items);
    stop();
    expect([...commands]).toEqual(['PutItemCommand']);
    expect(await everyBlock()).toHaveLength(items.length);
  });

  it('is done side by side, and not all at once', async () => {
    let atOnce = 0;
    let most = 0;
    const stop = intercept(database, async (_, proceed) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      try {
        return await proceed();
      } finally {
        atOnce -= 1;
      }
    });
    await putAll(database, 'rankingBlocks', items);
    stop();
    expect(most).toBeGreaterThanOrEqual(25);
    expect(most).toBeLessThanOrEqual(50);
  });

  it('is tried again where the table is too busy', async () => {
    let left = 60;
    const stop = intercept(database, async (_, proceed) => {
      if (left-- > 0) throw busy;
      return proceed();
    });
    await putAll(
      database,
      'rankingBlocks',
      items.map(({ blockId }) => ({ blockId, again: true })),
    );
    stop();
    expect((await everyBlock()).filter(({ item }) => item.again)).toHaveLength(items.length);
  });

  it('gives up, rather than take what is unwritten for written', async () => {
    let tries = 0;
    const stop = intercept(database, async () => {
      tries += 1;
      throw busy;
    });
    await expect(putAll(database, 'rankingBlocks', items.slice(0, 1))).rejects.toThrow('too busy');
    stop();
    expect(tries).toBe(8);
  });

  it('ends for all where one is refused, and where there is no more time', async () => {
    let tries = 0;
    const stop = intercept(database, async () => {
      tries += 1;
      throw new Error('refused');
    });
    await expect(putAll(database, 'rankingBlocks', items)).rejects.toThrow('refused');
    stop();
    expect(tries).toBeLessThan(items.length);

    const time = new AbortController();
    const written: unknown[] = [];
    const stopWatching = intercept(database, ({ input }, proceed) => {
      if (written.push(input.Item) === 40) time.abort(new Error('no more time'));
      return proceed();
    });
    await expect(putAll(database, 'rankingBlocks', items, time.signal)).rejects.toThrow('no more time');
    stopWatching();
    expect(written.length).toBeLessThan(items.length);
  });

  async function everyBlock() {
    return batchGet(
      database,
      items.map(({ blockId }) => ({ table: 'rankingBlocks', key: { blockId } })),
    );
  }
});
