import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { putAll } from '../../../shared/dynamo/batch.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import type { Difference } from '../../../shared/reconcile/rules/difference.ts';
import { readCurrentRun } from '../../../shared/reconcile/store/reconciliations.ts';
import { reconcile } from '../../../shared/reconcile/use-cases/run.ts';
import { freshDatabase } from '../../support/database.ts';
import { faults, intercept } from '../../support/faults.ts';
import { planting } from '../../support/plant.ts';
import { finishedView, portsOf, reconciled } from '../../support/reconciling.ts';

/** The sums that a run stores between two steps: more than one item can hold, and each counted exactly once. */

const night = '2026-03-11T03:30:00+08:00';
const counterpartyOf = (number: number) => `reward#${number}-`.padEnd(135, 'x');

/** Entries without a driver. Every reward differs, and the sums show whether an entry was lost or counted twice. */
async function ledgerWith(rewards: number, entriesEach: number): Promise<Database> {
  const database = await freshDatabase();
  const entries = Array.from({ length: rewards * entriesEach }, (_, number) => ({
    entryId: `redemption#${number}`,
    counterparty: counterpartyOf(number % rewards),
    points: number,
    recordedAt: '2026-03-10T12:00:00+08:00',
  }));
  await putAll(database, 'ledger', entries);
  return database;
}

function expectDifferenceOfEachReward(
  differences: readonly Difference[],
  rewards: number,
  entriesEach: number,
): void {
  const expected = Array.from({ length: rewards }, (_, number) => ({
    difference: 'counterparty-differs',
    counterparty: counterpartyOf(number),
    ledger: {
      entries: entriesEach,
      points: entriesEach * number + (rewards * entriesEach * (entriesEach - 1)) / 2,
    },
    drivers: { entries: 0, points: 0 },
  }));
  const sorted = (all: readonly object[]) =>
    all.map(one => JSON.stringify(one)).sort((one, other) => (one < other ? -1 : 1));
  expect(sorted(differences)).toEqual(sorted(expected));
}

describe('a run with more sums than one item can hold', () => {
  it('finishes with the exact sum of each of 3,000 rewards', async () => {
    const rewards = 3000;
    const { differences, view } = await reconciled(await ledgerWith(rewards, 1), night);
    expectDifferenceOfEachReward(differences, rewards, 1);
    expect(view).toMatchObject({ differences: rewards, byKind: { 'counterparty-differs': rewards } });
    expect(view.first).toHaveLength(50);
  }, 60_000);
});

describe('a run that stores its sums in several items', () => {
  const rewards = 400;
  /** Few enough for several steps in the ledger phase. */
  const itemsPerPage = 15;
  let database: Database;
  beforeAll(async () => {
    database = await ledgerWith(rewards, 2);
  });

  it('neither loses nor doubles a sum when writes fail before or after they are carried out', async () => {
    const gaps = [1, 2, 4, 7, 11];
    let left = gaps[0] ?? 1;
    let breaks = 0;
    const stop = intercept(database, async (sent, proceed) => {
      if (sent.command !== 'PutItemCommand' || --left > 0) return proceed();
      breaks += 1;
      left = gaps[breaks % gaps.length] ?? 1;
      const where = breaks % 2 ? 'fails after it was carried out' : 'fails before it was carried out';
      return faults[where](sent, proceed);
    });
    for (let run = 0; ; run += 1) {
      const reported: Difference[] = [];
      const ports = {
        ...portsOf(database, night),
        itemsPerPage,
        onDifference: (one: Difference) => reported.push(one),
      };
      const outcome = await reconcile(ports, run === 0).catch(() => undefined);
      if (!outcome || outcome.state === 'taken-over') continue;
      // If the last write was carried out but its response was lost, the next run finds nothing to do.
      if (outcome.state === 'finished') expectDifferenceOfEachReward(reported, rewards, 2);
      expect(['finished', 'nothing-to-do']).toContain(outcome.state);
      break;
    }
    stop();
    expect(breaks).toBeGreaterThanOrEqual(gaps.length);
  });

  it('ignores the late write of an invocation that was overtaken', async () => {
    const ports = { ...portsOf(database, night), itemsPerPage };
    let release = () => {};
    const released = new Promise<void>(resolve => {
      release = resolve;
    });
    let sumWrites = 0;
    const stop = intercept(database, async ({ command, input }, proceed) => {
      const { kind } = (input.Item ?? {}) as { kind?: string };
      if (command === 'PutItemCommand' && kind === 'sums' && sumWrites++ === 4) await released;
      return proceed();
    });
    const late = reconcile(ports, true);
    while (sumWrites <= 4) await new Promise(resolve => setTimeout(resolve, 5));
    // After three steps the late write would go to a place that is valid by then.
    let steps = 0;
    const other = await reconcile({ ...ports, hasTime: () => steps++ < 3 }, false);
    expect(other.state).toBe('unfinished');
    release();
    expect(await late).toEqual({ state: 'taken-over' });
    stop();
    const reported: Difference[] = [];
    const outcome = await reconcile({ ...ports, onDifference: one => reported.push(one) }, false);
    expect(finishedView(outcome).differences).toBe(rewards);
    expectDifferenceOfEachReward(reported, rewards, 2);
  });
});

describe('a run that cannot be resumed', () => {
  let own: Database;
  beforeEach(async () => {
    own = await freshDatabase();
  });

  it.each([
    [
      'an earlier release stored it in another format',
      async () => {
        await planting(own).change(
          'reconciliations',
          { kind: 'current', id: 'current' },
          { run: { phase: 'ledger' } },
        );
      },
    ],
    [
      'its sums are missing',
      async () => {
        await planting(own).remove('reconciliations', { kind: 'sums', id: '0#0' });
        await planting(own).remove('reconciliations', { kind: 'sums', id: '0#1' });
      },
    ],
  ])('starts a new run when the old one cannot be resumed: %s', async (_, spoil) => {
    await putAll(own, 'ledger', [
      {
        entryId: 'redemption#1',
        counterparty: 'reward#cup',
        points: 1,
        recordedAt: '2026-03-10T12:00:00+08:00',
      },
    ]);
    let steps = 0;
    const hasPassedLedger = async () => (await readCurrentRun(own)).run?.phase === 'stock';
    while (!(await hasPassedLedger())) {
      steps = 0;
      await reconcile({ ...portsOf(own, night), hasTime: () => steps++ < 1 }, true);
    }
    await spoil();
    const { view } = await reconciled(own, '2026-03-12T03:30:00+08:00');
    expect(view).toMatchObject({ startedAt: '2026-03-12T03:30:00.000+08:00', differences: 1 });
  });
});
