import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/dynamo/client.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { foldStanding } from '../../../shared/ledger/rules/account.ts';
import { entryView } from '../../../shared/ledger/rules/chain.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { wholeHistory } from '../../../shared/ledger/store/entries.ts';
import { checkChain } from '../../../tools/check-chain.ts';
import { freshDatabase } from '../../support/database.ts';
import { reference } from '../../support/reference.ts';
import { batchesOf, InProcess, messagesOf } from '../../support/reference-in-process.ts';

const { expected } = reference;

describe('the reference workload in order of arrival', () => {
  let database: Database;
  let platform: InProcess;
  let unitsOfAwards: number;

  beforeAll(async () => {
    database = await freshDatabase();
    platform = new InProcess(database);
    await platform.setUp();
    database.meter.reset();
    await platform.work(batchesOf(reference.events, () => 150));
    unitsOfAwards = database.meter.total().writeUnits;
    await platform.work([messagesOf(reference.conflicts, '2026-04-01T12:00:00+08:00')]);
    await platform.reverseAll();
  });

  it('gives every driver the balance, hours and scores that the rules give', async () => {
    expect(await platform.holdings()).toEqual({
      balances: expected.balances,
      minutes: expected.minutes,
      scores: expected.scores,
    });
  });

  it('counts what came of each delivery', () => {
    const { reversed, ...counts } = expected.counts;
    expect(platform.counts).toEqual(counts);
    expect(reference.reversals).toHaveLength(reversed ?? 0);
  });

  it('has the receipts', async () => {
    const names = Object.keys(expected.outcomes);
    const receipts = await platform.receipts(names);
    const outcomes = receipts.map(({ status, granted }, index) => [names[index], { status, granted }]);
    expect(Object.fromEntries(outcomes)).toEqual(expected.outcomes);
    const declined = await platform.receipts(Object.keys(expected.declined));
    expect(declined.map(({ reason }) => reason)).toEqual(Object.values(expected.declined));
    expect(declined.every(({ status }) => status === 'declined')).toBe(true);
    const reversed = await platform.receipts(
      reference.reversals.map(one => `${one.platformId}/${one.eventId}`),
    );
    expect(reversed.every(({ status }) => status === 'reversed')).toBe(true);
    const conflicts = await platform.receipts(
      reference.conflicts.map(one => `${one.platformId}/${one.event.eventId}`),
    );
    expect(conflicts.map(one => one.conflicts)).toEqual(reference.conflicts.map(() => 1));
  });

  it('costs no more than 6 write units an award, refused writes included', () => {
    expect(unitsOfAwards / expected.uniqueEvents).toBeLessThan(6);
  });

  it('keeps the chain of every driver whole, and its fold equal to the standings', async () => {
    for (const { driverId } of reference.drivers) {
      const { account } = await readAccount(database, driverId);
      const history = (await wholeHistory(database, driverId, account.seq)) ?? [];
      expect(checkChain(driverId, history.map(entryView), sha256)).toEqual([]);
      for (const [month, standing] of Object.entries(account.standings)) {
        expect(standing).toEqual(foldStanding(history, month));
      }
    }
  });
});
