import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { evidenceOf } from '../../../shared/awards/store/evidence.ts';
import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import { readReceipt, reverseAward } from '../../../shared/awards/use-cases/receipts.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { entryView } from '../../../shared/ledger/rules/chain.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { wholeHistory } from '../../../shared/ledger/store/entries.ts';
import { gateKeyFor } from '../../../shared/ledger/store/months.ts';
import { readProfile } from '../../../shared/people/store/profiles.ts';
import { checkChain } from '../../../tools/check-chain.ts';
import { freshDatabase } from '../../support/database.ts';
import { portsAt, received } from '../../support/events.ts';
import { intercept, meetBeforeWriting } from '../../support/faults.ts';

const now = '2026-03-10T13:00:00+08:00';

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

describe('two workers that stand on the same reading', () => {
  it('of one driver put their events in one order, within the cap', async () => {
    const driverId = 'd-two';
    const stop = meetBeforeWriting(database, 2);
    const events = [1, 2].map(n => received(`two-${n}`, { driverId, minutes: 180 }));
    await Promise.all(events.map(event => awardEvents(portsAt(database, now), driverId, [event])));
    stop();
    const { account, entries } = await entriesOf(driverId);
    expect(entries.map(({ points }) => points)).toEqual([60, 20]);
    expect(account).toMatchObject({ balance: 80, minutes: 360 });
  });

  it('of one event sent for two drivers award it to one; for the other it is a conflict', async () => {
    const stop = meetBeforeWriting(database, 2);
    const drivers = ['d-left', 'd-right'];
    const outcomes = await Promise.all(
      drivers.map(driverId =>
        awardEvents(portsAt(database, now), driverId, [received('both', { driverId })]),
      ),
    );
    stop();
    expect(outcomes.map(([one]) => one?.what).sort()).toEqual(['conflict', 'recorded']);
    const balances = await Promise.all(
      drivers.map(async driverId => (await entriesOf(driverId)).account.balance),
    );
    expect(balances.sort()).toEqual([0, 20]);
    const winner = drivers[outcomes.findIndex(([one]) => one?.what === 'recorded')];
    expect(await readReceipt(database, 'rides', 'both')).toMatchObject({ driverId: winner, conflicts: 1 });
    const enrolled = await Promise.all(drivers.map(driverId => readProfile(database, driverId)));
    expect(enrolled.flatMap(profile => profile?.driverId ?? [])).toEqual([winner]);
  });

  it('of one event with two contents keep the proof of either apart', async () => {
    const driverId = 'd-proof';
    const events = ['a', 'b'].map(name =>
      received('proof', { driverId, evidence: [`https://photos.example/${name}.jpg`] }),
    );
    const stop = meetBeforeWriting(database, 2);
    await Promise.all(events.map(event => awardEvents(portsAt(database, now), driverId, [event])));
    stop();
    const [entry] = (await entriesOf(driverId)).entries;
    const event = events.find(
      ({ fingerprint }) => entry?.kind === 'award' && fingerprint === entry.fingerprint,
    );
    const { evidence } = await evidenceOf(database, driverId, 10);
    const proof = evidence.find(({ fingerprint }) => fingerprint === event?.fingerprint);
    expect(proof).toMatchObject({ entryId: entry?.entryId, urls: event?.evidence });
  });

  it('that reverse the same event write one entry', async () => {
    const driverId = 'd-back';
    await awardEvents(portsAt(database, now), driverId, [received('back', { driverId })]);
    const stop = meetBeforeWriting(database, 2);
    const reverse = () => reverseAward(database, () => instantOf(now), 'rides', 'back', 'was not there');
    const receipts = await Promise.all([reverse(), reverse()]);
    stop();
    expect(receipts).toMatchObject([{ status: 'reversed' }, { status: 'reversed' }]);
    expect((await entriesOf(driverId)).entries.map(({ points }) => points)).toEqual([20, -20]);
  });

  it('of which one awards and one reverses both get their way', async () => {
    const driverId = 'd-mixed';
    await awardEvents(portsAt(database, now), driverId, [received('mixed-1', { driverId })]);
    const stop = meetBeforeWriting(database, 2);
    await Promise.all([
      reverseAward(database, () => instantOf(now), 'rides', 'mixed-1', 'was not there'),
      awardEvents(portsAt(database, now), driverId, [received('mixed-2', { driverId, minutes: 240 })]),
    ]);
    stop();
    const { account, entries } = await entriesOf(driverId);
    expect(entries.map(({ points }) => points).sort((a, b) => a - b)).toEqual([-20, 20, 60]);
    expect(account).toMatchObject({ seq: 3, balance: 60, minutes: 240 });
  });
});

describe('one event twice in one batch', () => {
  it('is recorded once; with other content the first stands and the second is a conflict', async () => {
    const driverId = 'd-twice';
    const first = received('twice', { driverId });
    const other = received('twice', { driverId, minutes: 30 });
    const outcomes = await awardEvents(portsAt(database, now), driverId, [first, first, other, other]);
    expect(outcomes.map(({ what }) => what)).toEqual(['recorded', 'repeat', 'conflict', 'conflict']);
    expect((await entriesOf(driverId)).account).toMatchObject({ seq: 1, balance: 20 });
    expect(await readReceipt(database, 'rides', 'twice')).toMatchObject({ granted: 20, conflicts: 1 });
  });

  it('is another event where another platform sends it', async () => {
    const driverId = 'd-platforms';
    const events = ['rides', 'express'].map(platformId => received('same', { driverId, platformId }));
    const outcomes = await awardEvents(portsAt(database, now), driverId, events);
    expect(outcomes.map(({ what }) => what)).toEqual(['recorded', 'recorded']);
  });

  it('is a repeat where the same instant is written in another offset', async () => {
    const driverId = 'd-offset';
    const times = ['2026-03-10T12:00:00+08:00', '2026-03-10T04:00:00.000Z', '2026-03-09T23:00:00-05:00'];
    const events = times.map(occurredAt => received('offset', { driverId, occurredAt }));
    const outcomes = await awardEvents(portsAt(database, now), driverId, events);
    expect(outcomes.map(({ what }) => what)).toEqual(['recorded', 'repeat', 'repeat']);
    expect(await readReceipt(database, 'rides', 'offset')).toMatchObject({
      occurredAt: times[0],
      conflicts: 0,
    });
  });
});

describe('a late award and the closing of its month', () => {
  const april = '2026-04-03T12:00:00+08:00';
  const shut = (driverId: string) =>
    database.client.send(
      new PutCommand({ TableName: database.tableName('rankings'), Item: gateKeyFor('2026-02', driverId) }),
    );
  const late = (driverId: string) =>
    received(`late-${driverId}`, { driverId, occurredAt: '2026-02-20T12:00:00+08:00' });
  const rankingMonthOf = async (driverId: string) => {
    const [entry] = (await entriesOf(driverId)).entries;
    return entry?.kind === 'award' ? entry.rankingMonth : undefined;
  };

  it('counts while the month is open, for two units more at most', async () => {
    const driverId = 'd-open';
    await awardEvents(portsAt(database, april), driverId, [
      received('in-time', { driverId, occurredAt: april }),
    ]);
    database.meter.reset();
    await awardEvents(portsAt(database, april), driverId, [late(driverId)]);
    expect(database.meter.total().writeUnits).toBeLessThanOrEqual(8);
    expect((await entriesOf(driverId)).account.standings).toMatchObject({ '2026-02': { score: 20 } });
  });

  it('counts for no ranking once the month is shut', async () => {
    await shut('d-shut');
    await awardEvents(portsAt(database, april), 'd-shut', [late('d-shut')]);
    expect(await rankingMonthOf('d-shut')).toBeNull();
  });

  it('counts for none where the month is shut between reading and writing', async () => {
    const driverId = 'd-raced';
    let transactions = 0;
    const stop = intercept(database, async ({ command }, proceed) => {
      if (command !== 'TransactWriteItemsCommand') return proceed();
      transactions += 1;
      if (transactions === 1) await shut(driverId);
      return proceed();
    });
    await awardEvents(portsAt(database, april), driverId, [late(driverId)]);
    stop();
    expect(transactions).toBe(2);
    expect(await rankingMonthOf(driverId)).toBeNull();
    expect((await entriesOf(driverId)).account).toMatchObject({ balance: 20, minutes: 60, standings: {} });
  });
});
