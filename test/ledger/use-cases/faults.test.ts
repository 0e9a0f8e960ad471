import { beforeAll, describe, expect, it } from 'vitest';
import { evidenceOf } from '../../../shared/awards/store/evidence.ts';
import { awardDeliveries } from '../../../shared/awards/use-cases/award-deliveries.ts';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import { readReceipt, reverseAward } from '../../../shared/awards/use-cases/receipts.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { entryView } from '../../../shared/ledger/rules/chain.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { wholeHistory } from '../../../shared/ledger/store/entries.ts';
import { readProfile } from '../../../shared/people/store/profiles.ts';
import { checkChain } from '../../../tools/check-chain.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';
import { type Around, failNth, faults, intercept, named, refusedTransaction } from '../../support/faults.ts';

/** Whatever goes wrong at whichever command: what comes again ends where it would have ended at once. */

const now = '2026-03-10T13:00:00+08:00';
const evidence = ['https://photos.example/1.jpg'];

let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});

async function entriesOf(driverId: string) {
  const { account } = await readAccount(database, driverId);
  const entries = (await wholeHistory(database, driverId, account.seq)) ?? [];
  expect(checkChain(driverId, entries.map(entryView), sha256)).toEqual([]);
  return { account, entries };
}

/** A new driver's two events, and one of them again with other content. */
async function award(driverId: string): Promise<void> {
  await awardEvents(portsAt(database, now), driverId, [
    received(`${driverId}-1`, { driverId, evidence }),
    received(`${driverId}-2`, { driverId, minutes: 30 }),
    received(`${driverId}-2`, { driverId, minutes: 240 }),
  ]);
}

async function expectAwardedOnce(driverId: string): Promise<void> {
  const { account, entries } = await entriesOf(driverId);
  expect(entries.map(({ points }) => points)).toEqual([20, 10]);
  expect(account).toMatchObject({ seq: 2, balance: 30, minutes: 90, earned: 30 });
  expect(await readReceipt(database, 'rides', `${driverId}-2`)).toMatchObject({ conflicts: 1, granted: 10 });
  expect(await readProfile(database, driverId)).toMatchObject({ platformId: 'rides', registered: false });
  const [first] = entries;
  const kept = await evidenceOf(database, driverId, 10);
  expect(kept.evidence).toMatchObject([{ entryId: first?.entryId, urls: evidence }]);
}

async function reverse(driverId: string): Promise<void> {
  await reverseAward(database, () => instantOf(now), 'rides', `${driverId}-1`, 'was not there');
}

async function expectReversedOnce(driverId: string): Promise<void> {
  const { account, entries } = await entriesOf(driverId);
  expect(entries.map(({ points }) => points)).toEqual([20, 10, -20]);
  expect(account).toMatchObject({ seq: 3, balance: 10, minutes: 30, debt: 0, earned: 10 });
}

async function commandsOf(work: () => Promise<void>): Promise<string[]> {
  const { commands, stop } = failNth(database, 0, faults['fails before it was carried out']);
  await work();
  stop();
  return commands;
}

describe('every command of an award and of a reversal', () => {
  it('is one of these', async () => {
    expect(await commandsOf(() => award('d-plain'))).toEqual([
      'BatchGetItemCommand',
      'PutItemCommand',
      'GetItemCommand',
      'GetItemCommand',
      'TransactWriteItemsCommand',
      'PutItemCommand',
    ]);
    await expectAwardedOnce('d-plain');
    expect(await commandsOf(() => reverse('d-plain'))).toEqual([
      'BatchGetItemCommand',
      'QueryCommand',
      'BatchGetItemCommand',
      'TransactWriteItemsCommand',
      'QueryCommand',
    ]);
    await expectReversedOnce('d-plain');
  });

  const awardCommands = [1, 2, 3, 4, 5, 6];
  const reversalCommands = [1, 2, 3, 4, 5];

  describe.each(Object.entries(faults))('that %s', (words, fault) => {
    it.each(awardCommands)('of an award: the %i.', async nth => {
      const driverId = `d-award-${nth}-${words.length}`;
      const { stop } = failNth(database, nth, fault);
      await expect(award(driverId)).rejects.toThrow('injected');
      stop();
      await award(driverId);
      await award(driverId);
      await expectAwardedOnce(driverId);
    });

    it.each(reversalCommands)('of a reversal: the %i.', async nth => {
      const driverId = `d-reversal-${nth}-${words.length}`;
      await award(driverId);
      const { stop } = failNth(database, nth, fault);
      await expect(reverse(driverId)).rejects.toThrow('injected');
      stop();
      await reverse(driverId);
      await reverse(driverId);
      await expectReversedOnce(driverId);
    });
  });

  it.each(awardCommands)(
    'whose answer is lost, so that the SDK sends the %i. once more by itself',
    async nth => {
      const driverId = `d-again-${nth}`;
      const { commands, stop } = failNth(database, nth, faults['fails after it was carried out'], 'attempt');
      await award(driverId);
      stop();
      expect(commands.length).toBeGreaterThan(awardCommands.length);
      await expectAwardedOnce(driverId);
    },
  );
});

describe('what DynamoDB does and the embedded engine does not', () => {
  const transactions =
    (around: Around): Around =>
    (sent, proceed) =>
      sent.command === 'TransactWriteItemsCommand' ? around(sent, proceed) : proceed();

  it.each([
    ['TransactionConflict', refusedTransaction(['None', 'TransactionConflict'])],
    ['ThrottlingError', refusedTransaction(['None', 'ThrottlingError'])],
    ['ProvisionedThroughputExceeded', refusedTransaction(['ProvisionedThroughputExceeded'])],
    ['TransactionInProgressException', async () => Promise.reject(named('TransactionInProgressException'))],
    ['TransactionConflictException', async () => Promise.reject(named('TransactionConflictException'))],
  ] as [string, Around][])('%s is contention: read again, decided again', async (name, around) => {
    const driverId = `d-${name}`;
    let transactionsSent = 0;
    const stop = intercept(
      database,
      transactions((sent, proceed) => {
        transactionsSent += 1;
        return transactionsSent === 1 ? around(sent, proceed) : proceed();
      }),
    );
    await award(driverId);
    stop();
    expect(transactionsSent).toBe(2);
    await expectAwardedOnce(driverId);
  });

  it('a transaction that it calls invalid is an error, not contention', async () => {
    const stop = intercept(database, transactions(refusedTransaction(['None', 'ValidationError'])));
    await expect(award('d-invalid')).rejects.toThrow('injected');
    stop();
  });

  it('keys that it leaves unread are asked for until all are there', async () => {
    await award('d-unread');
    const asked: number[] = [];
    const stop = intercept(database, async (sent, proceed) => {
      if (sent.command !== 'BatchGetItemCommand') return proceed();
      const requests = sent.input.RequestItems as Record<string, { Keys: unknown[] }>;
      const [[table, request] = ['', { Keys: [] }], ...others] = Object.entries(requests);
      const [first, ...rest] = request.Keys;
      asked.push(request.Keys.length + others.length);
      const result = await proceed({
        ...sent.input,
        RequestItems: { [table]: { ...request, Keys: [first] } },
      });
      result.output.UnprocessedKeys = Object.fromEntries([
        ...(rest.length > 0 ? [[table, { ...request, Keys: rest }]] : []),
        ...others,
      ]);
      return result;
    });
    await award('d-unread');
    await award('d-unread-new');
    stop();
    expect(asked).toEqual([2, 2, 1, 2, 2, 1]);
    await expectAwardedOnce('d-unread');
    await expectAwardedOnce('d-unread-new');
  });

  it('reads that lag behind: whatever a decision stands on is read consistently', async () => {
    const blind: Around = async (sent, proceed) => {
      const result = await proceed();
      const requests = Object.values(
        (sent.input.RequestItems ?? {}) as Record<string, { ConsistentRead?: boolean }>,
      );
      const consistent = [sent.input, ...requests].some(({ ConsistentRead }) => ConsistentRead === true);
      if (!consistent && sent.command === 'GetItemCommand') result.output.Item = undefined;
      if (!consistent && sent.command === 'BatchGetItemCommand') result.output.Responses = {};
      return result;
    };
    const stop = intercept(database, blind);
    await award('d-lag');
    await award('d-lag');
    await reverse('d-lag');
    await reverse('d-lag');
    stop();
    await expectReversedOnce('d-lag');
  });

  it('an index that lags behind: a month is not folded from a history with a hole', async () => {
    const driverId = 'd-index';
    const may = '2026-05-01T12:00:00+08:00';
    const late = { driverId, occurredAt: '2026-02-20T12:00:00+08:00', minutes: 180 };
    await awardEvents(portsAt(database, '2026-02-20T13:00:00+08:00'), driverId, [received('index-1', late)]);
    await awardEvents(portsAt(database, may), driverId, [received('index-2', { driverId, occurredAt: may })]);
    const stop = intercept(database, async (sent, proceed) => {
      const result = await proceed();
      if (sent.command === 'QueryCommand') result.output.Items = (result.output.Items as unknown[]).slice(1);
      return result;
    });
    const ports = portsAt(database, may);
    await expect(awardEvents(ports, driverId, [received('index-3', late)])).rejects.toThrow('whole history');
    stop();
    const [outcome] = await awardEvents(ports, driverId, [received('index-3', late)]);
    expect(outcome).toMatchObject({ what: 'recorded', entry: { granted: 20, reason: 'daily-cap' } });
  });

  it('contention without an end: the delivery stays failed, and nothing is written', async () => {
    const event = received('contended', { driverId: 'd-contended' });
    const delivery = { messageId: 'm', platformId: 'rides', receivedAt: now, body: {}, event };
    const stop = intercept(database, transactions(refusedTransaction(['TransactionConflict'])));
    const ports = { ...portsAt(database, now), hasTime: () => true };
    const results = await awardDeliveries(ports, [delivery]);
    stop();
    expect(results).toMatchObject([{ delivery, error: { name: 'ContentionError' } }]);
    expect((await entriesOf('d-contended')).account.seq).toBe(0);
  });
});
