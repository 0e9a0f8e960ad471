import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { foldStanding } from '../../../shared/ledger/rules/account.ts';
import { entryView } from '../../../shared/ledger/rules/chain.ts';
import { readAccount } from '../../../shared/ledger/store/accounts.ts';
import { wholeHistory } from '../../../shared/ledger/store/entries.ts';
import { readWholeBoard } from '../../../shared/ranking/store/build-reader.ts';
import { readRankingMonth } from '../../../shared/ranking/store/ranking-months.ts';
import { replayMonth } from '../../../shared/ranking/use-cases/replay.ts';
import { checkChain } from '../../../tools/check-chain.ts';
import { freshDatabase } from '../../support/database.ts';
import { City } from '../../support/ranking-city.ts';
import { reference } from '../../support/reference.ts';
import { batchesOf, InProcess, messagesOf } from '../../support/reference-in-process.ts';

const { expected } = reference;
const months = Object.entries(expected.rankings);
const batchSizes = [1, 700, 7, 300, 40];
const repeats = 400;
const [seed = 0] = fc.sample(fc.integer(), 1);
let city: City;
let platform: InProcess;

describe('the reference workload in any order, with other batches and more repeats', () => {
  beforeAll(async () => {
    city = new City(await freshDatabase());
    platform = new InProcess(city.database);
    await platform.setUp();
    const order = shuffledWithRepeats();
    await platform.work(batchesOf(order, batch => batchSizes[batch % batchSizes.length] ?? 1));
    await platform.work([messagesOf(reference.conflicts, '2026-04-01T12:00:00+08:00')]);
    await platform.reverseAll();
    city.now = expected.now;
  });

  it(`comes to the same (seed ${seed})`, async () => {
    expect(platform.counts.duplicate).toBe((expected.counts.duplicate ?? 0) + repeats);
    const { balances, minutes, scores } = expected;
    expect(await platform.holdings()).toEqual({ balances, minutes, scores });
    const declined = await platform.receipts(Object.keys(expected.declined));
    expect(declined.map(({ reason }) => reason)).toEqual(Object.values(expected.declined));
    const { reversals, conflicts } = reference;
    const reversed = await platform.receipts(reversals.map(one => `${one.platformId}/${one.eventId}`));
    expect(reversed.every(({ status }) => status === 'reversed')).toBe(true);
    const conflicting = await platform.receipts(
      conflicts.map(one => `${one.platformId}/${one.event.eventId}`),
    );
    expect(conflicting.map(one => one.conflicts)).toEqual(conflicts.map(() => 1));
  });

  it('keeps every driver’s hash chain complete, and its fold equal to the standings', async () => {
    for (const { driverId } of reference.drivers) {
      const { account } = await readAccount(city.database, driverId);
      const history = (await wholeHistory(city.database, driverId, account.seq)) ?? [];
      expect(checkChain(driverId, history.map(entryView), sha256)).toEqual([]);
      for (const [month, standing] of Object.entries(account.standings)) {
        expect(standing).toEqual(foldStanding(history, month));
      }
    }
  });

  it('is ranked as expected in every scope of both months, live', async () => {
    await city.refresh();
    await expectRankings();
  });

  it('costs at most 0.06 write units a driver and scope', async () => {
    const { driverScopes, units } = await costOfRefresh();
    expect(units / driverScopes).toBeLessThanOrEqual(0.06);
  });

  it('is ranked as expected when it is closed, and replayed from the entries byte for byte', async () => {
    for (const [month] of months) {
      expect(await city.close(month)).toMatchObject({ state: 'closed', version: 1 });
      const replay = await replayMonth(city.database, month, undefined);
      expect(replay.differences).toEqual([]);
      expect(replay.sha256).toBe((await readRankingMonth(city.database, month)).sha256);
    }
    await expectRankings();
  });
});

async function expectRankings(): Promise<void> {
  for (const [month, scopes] of months) {
    const { build } = await readRankingMonth(city.database, month);
    for (const [scope, rows] of Object.entries(scopes)) {
      const board = await readWholeBoard(city.database, build ?? '', scope);
      expect(board.map(({ place: _, ...row }) => row)).toEqual(rows);
    }
  }
}

/** A board written anew: two days on, the one that stands is too old to be kept. */
async function costOfRefresh() {
  city.now = '2026-04-04T12:00:00+08:00';
  city.database.meter.reset();
  const { rebuilt } = await city.refresh();
  city.now = expected.now;
  expect(rebuilt.sort()).toEqual(['2026-02', '2026-03', '2026-04']);
  const driverScopes = months
    .flatMap(([, scopes]) => Object.values(scopes))
    .reduce((sum, rows) => sum + rows.length, 0);
  const blocks = city.database.meter.byTable().get(city.database.tableName('rankingBlocks'));
  return { driverScopes, units: blocks?.writeUnits ?? 0 };
}

function shuffledWithRepeats() {
  const { events } = reference;
  const order = fc
    .shuffledSubarray(events, { minLength: repeats, maxLength: repeats })
    .chain(some => fc.shuffledSubarray([...events, ...some], { minLength: events.length + repeats }));
  return fc.sample(order, { numRuns: 1, seed })[0] ?? [];
}
