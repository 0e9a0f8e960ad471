import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { rulebookLeadMs } from '../../../shared/awards/rules/rulebook.ts';
import { countConflicts, recordConflict } from '../../../shared/awards/store/conflicts.ts';
import { rulebookCache } from '../../../shared/awards/store/rulebook-cache.ts';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import { batchGet } from '../../../shared/dynamo/batch.ts';
import { type Database, openDatabase } from '../../../shared/dynamo/client.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { entriesOf, wholeHistory } from '../../../shared/ledger/store/entries.ts';
import { commit, load } from '../../../shared/ledger/store/ledger.ts';
import { gateCopies, gateKey, gateKeyFor } from '../../../shared/ledger/store/months.ts';
import { engineConfig, freshDatabase, haveRulebook } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';
import { intercept } from '../../support/faults.ts';
import { rulebook } from '../../support/given.ts';

const now = '2026-03-10T13:00:00+08:00';
let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

const put = (table: string, Item: object) =>
  database.client.send(new PutCommand({ TableName: database.tableName(table), Item }));

async function awardMany(driverId: string, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, n) =>
    received(`${driverId}-${n}`, { driverId, minutes: 3 }),
  );
  await awardEvents(portsAt(database, now), driverId, events);
}

describe('reading many keys', () => {
  it('finds all of them, in requests of a hundred', async () => {
    const names = Array.from({ length: 130 }, (_, n) => `d-many-${n}`);
    await Promise.all(names.map(driverId => put('profiles', { driverId })));
    database.meter.reset();
    const keys = [...names, 'd-missing'].map(driverId => ({ table: 'profiles', key: { driverId } }));
    const found = await batchGet(database, keys);
    expect(new Set(found.map(({ item }) => item.driverId))).toEqual(new Set(names));
    expect(database.meter.total().requests).toBe(2);
  });

  it('gives up, rather than take what is unread for absent', async () => {
    const stop = intercept(database, async (sent, proceed) => {
      const result = await proceed();
      if (sent.command === 'BatchGetItemCommand') {
        result.output = { Responses: {}, UnprocessedKeys: sent.input.RequestItems };
      }
      return result;
    });
    await expect(batchGet(database, [{ table: 'profiles', key: { driverId: 'd-many-1' } }])).rejects.toThrow(
      'unread',
    );
    stop();
  });
});

describe('a driver’s entries', () => {
  it('come newest first, page by page, without a gap or a repeat', async () => {
    await awardMany('d-pages', 7);
    const seen: number[] = [];
    let below: number | null | undefined;
    do {
      const page = await entriesOf(database, 'd-pages', 3, below ?? undefined);
      seen.push(...page.entries.map(({ seq }) => seq));
      below = page.nextBelowSeq;
    } while (below !== null);
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it('are a whole history only without a hole', async () => {
    await awardMany('d-hole', 4);
    expect((await wholeHistory(database, 'd-hole', 4))?.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect((await wholeHistory(database, 'd-hole', 2))?.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await wholeHistory(database, 'd-hole', 5)).toBeNull();
    await database.client.send(
      new DeleteCommand({
        TableName: database.tableName('ledger'),
        Key: { entryId: 'award#rides#d-hole-1' },
      }),
    );
    expect(await wholeHistory(database, 'd-hole', 4)).toBeNull();
  });

  it('are no whole history where a number stands there twice', async () => {
    await awardMany('d-twice', 4);
    const [, , second] = (await entriesOf(database, 'd-twice', 4)).entries;
    await put('ledger', { ...second, entryId: 'award#rides#d-twice-2' });
    expect((await entriesOf(database, 'd-twice', 4)).entries.map(({ seq }) => seq)).toEqual([4, 2, 2, 1]);
    expect(await wholeHistory(database, 'd-twice', 4)).toBeNull();
  });

  it('that were tampered with are not believed', async () => {
    await put('ledger', { entryId: 'award#rides#forged', driverId: 'd-forged', seq: 1, points: 1e9 });
    await expect(load(database, 'd-forged', ['award#rides#forged'])).rejects.toThrow();
  });
});

describe('a commit', () => {
  it('writes nothing where the account has moved on, or a name is taken', async () => {
    await awardMany('d-commit', 1);
    const stale = await load(database, 'd-commit', []);
    await awardMany('d-commit-other', 1);
    await awardEvents(portsAt(database, now), 'd-commit', [received('in-between', { driverId: 'd-commit' })]);
    const [taken] = (await entriesOf(database, 'd-commit-other', 1)).entries;
    const after = { ...stale.record.account, seq: 2 };
    const entry = { ...taken, entryId: 'award#rides#new' } as NonNullable<typeof taken>;
    expect(
      await commit(database, { before: stale.record, appended: { account: after, entries: [entry] } }),
    ).toEqual({
      done: false,
      failure: 'stale',
    });
    expect((await load(database, 'd-commit', [entry.entryId])).entries.size).toBe(0);
    const fresh = await load(database, 'd-commit', []);
    const appended = { account: { ...after, seq: 3 }, entries: taken ? [taken] : [] };
    const repeated = { before: fresh.record, appended };
    expect(await commit(database, repeated)).toEqual({ done: false, failure: 'stale' });
    expect((await readAccount(database, 'd-commit')).account.seq).toBe(2);
  });

  it('that is refused is counted by the meter like one that was carried out', async () => {
    await awardMany('d-meter', 1);
    const stale = await load(database, 'd-meter', []);
    await awardEvents(portsAt(database, now), 'd-meter', [received('meter-2', { driverId: 'd-meter' })]);
    database.meter.reset();
    const appended = { account: { ...stale.record.account, seq: 2 }, entries: [] };
    await commit(database, { before: stale.record, appended });
    expect(database.meter.total().writeUnits).toBe(2);
  });

  it('relies on no request token: none is sent', async () => {
    const bodies: string[] = [];
    database.client.middlewareStack.add(
      next => args => {
        const { body } = args.request as { body: string | Uint8Array };
        bodies.push(typeof body === 'string' ? body : new TextDecoder().decode(body));
        return next(args);
      },
      { step: 'finalizeRequest', name: 'see-body', priority: 'low' },
    );
    await awardMany('d-token', 1);
    database.client.middlewareStack.remove('see-body');
    expect(bodies.some(body => body.includes('TransactItems'))).toBe(true);
    expect(bodies.join()).not.toContain('ClientRequestToken');
  });
});

describe('a client', () => {
  it('copies nothing of what goes over it for a log', async () => {
    const logged: unknown[] = [];
    const silent = () => {};
    const logger = { debug: silent, info: (call: unknown) => logged.push(call), warn: silent, error: silent };
    const logging = openDatabase(database.tableName, { ...engineConfig(), logger });
    await readAccount(logging, 'd-nobody');
    expect(logged).toEqual([]);
  });
});

describe('conflicts', () => {
  it('are counted by content, however often each comes', async () => {
    for (const print of ['a', 'b', 'a', 'a'])
      await recordConflict(database, 'award#rides#c', print.repeat(64), now);
    expect(await countConflicts(database, 'award#rides#c')).toBe(2);
    expect(await countConflicts(database, 'award#rides#other')).toBe(0);
  });

  it('keep the time of their first coming', async () => {
    const [first, again] = ['2026-03-10T12:00:00+08:00', '2026-03-11T13:00:00+08:00'];
    for (const receivedAt of [first, again])
      await recordConflict(database, 'award#rides#k', 'a'.repeat(64), receivedAt);
    const { Item } = await database.client.send(
      new GetCommand({
        TableName: database.tableName('conflicts'),
        Key: { entryId: 'award#rides#k', fingerprint: 'a'.repeat(64) },
      }),
    );
    expect(Item).toMatchObject({ receivedAt: first });
  });
});

describe('the gate of a month', () => {
  it('has copies, and every driver finds one of them, always the same', () => {
    const copies = Array.from({ length: gateCopies }, (_, copy) => gateKey('2026-02', copy).sk);
    const found = Array.from({ length: 500 }, (_, n) => gateKeyFor('2026-02', `d-${n}`));
    expect(new Set(found.map(({ sk }) => sk))).toEqual(new Set(copies));
    expect(gateKeyFor('2026-02', 'd-1')).toEqual(gateKeyFor('2026-02', 'd-1'));
  });
});

describe('the cache of rulebooks', () => {
  const at = instantOf(now);
  let clock = at;
  let monotonic = 0;
  let rulebooksFor: ReturnType<typeof rulebookCache>;
  let own: Database;
  const versionsFor = async (occurred: number) =>
    (await rulebooksFor(occurred)).map(({ version }) => version);
  const pass = (ms: number) => {
    clock += ms;
    monotonic += ms;
  };

  beforeAll(async () => {
    own = await freshDatabase();
    rulebooksFor = rulebookCache(
      own,
      () => clock,
      () => monotonic,
    );
    await haveRulebook(own, rulebook());
    expect(await versionsFor(at)).toEqual([1]);
  });

  it('asks once for all events that no later rulebook can reach', async () => {
    own.meter.reset();
    pass(24 * 3_600_000);
    expect(await versionsFor(at + 8 * 60_000)).toEqual([1]);
    expect(own.meter.total().requests).toBe(0);
  });

  it('asks again for an event that one can, a slow store reckoned in', async () => {
    await haveRulebook(own, rulebook({ version: 2, effectiveFrom: '2026-03-11T13:10:00+08:00' }));
    expect(await versionsFor(at + rulebookLeadMs - 60_000)).toEqual([1, 2]);
  });

  it('asks again once the clock has been set', async () => {
    await haveRulebook(own, rulebook({ version: 3, effectiveFrom: '2026-03-12T00:00:00+08:00' }));
    expect(await versionsFor(at)).toEqual([1, 2]);
    clock -= 3_600_000;
    expect(await versionsFor(at)).toEqual([1, 2, 3]);
  });
});
