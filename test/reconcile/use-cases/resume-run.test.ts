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

/** What a run keeps between two pages: more than an item can hold, and exactly once. */

const night = '2026-03-11T03:30:00+08:00';
const counterpartyOf = (number: number) => `reward#${number}-`.padEnd(135, 'x');

/** Entries of nobody: each reward differs, by sums that tell whether any was lost or doubled. */
async function aLedger(rewards: number, entriesEach: number): Promise<Database> {
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

function expectEach(differences: readonly Difference[], rewards: number, entriesEach: number): void {
  const expected = Array.from({ length: rewards }, (_, number) => ({
    difference: 'counterparty-differs',
    counterparty: counterpartyOf(number),
    ledger: {
      entries: entriesEach,
      points: entriesEach * number + (rewards * entriesEach * (entriesEach - 1)) / 2,
    },
    drivers: { entries: 0, points: 0 },
  }));
  const inOrder = (all: readonly object[]) =>
    all.map(one => JSON.stringify(one)).sort((one, other) => (one < other ? -1 : 1));
  expect(inOrder(differences)).toEqual(inOrder(expected));
}

describe('a run over more rewards than an item could hold sums of', () => {
  it('comes to its end, with each sum as it is', async () => {
    const rewards = 3000;
    const { differences, view } = await reconciled(await aLedger(rewards, 1), night);
    expectEach(differences, rewards, 1);
    expect(view).toMatchObject({ differences: rewards, byKind: { 'counterparty-differs': rewards } });
    expect(view.first).toHaveLength(50);
  }, 60_000);
});

describe('a run that keeps its sums in several items', () => {
  const rewards = 400;
  /** So few that it takes several steps in the phase of the ledger. */
  const itemsPerPage = 15;
  let database: Database;
  beforeAll(async () => {
    database = await aLedger(rewards, 2);
  });

  it('neither loses nor doubles a sum, wherever between two pages it breaks off', async () => {
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
      const told: Difference[] = [];
      const ports = {
        ...portsOf(database, night),
        itemsPerPage,
        onDifference: (one: Difference) => told.push(one),
      };
      const outcome = await reconcile(ports, run === 0).catch(() => undefined);
      if (!outcome || outcome.state === 'taken-over') continue;
      // The very last write may have been carried out and not been heard of.
      if (outcome.state === 'finished') expectEach(told, rewards, 2);
      expect(['finished', 'nothing-to-do']).toContain(outcome.state);
      break;
    }
    stop();
    expect(breaks).toBeGreaterThanOrEqual(gaps.length);
  });

  it('is not meddled with by one who was overtaken and goes on late', async () => {
    const ports = { ...portsOf(database, night), itemsPerPage };
    let goOn = () => {};
    const hold = new Promise<void>(resolve => {
      goOn = resolve;
    });
    let held = 0;
    const stop = intercept(database, async ({ command, input }, proceed) => {
      const { kind } = (input.Item ?? {}) as { kind?: string };
      if (command === 'PutItemCommand' && kind === 'sums' && held++ === 4) await hold;
      return proceed();
    });
    const late = reconcile(ports, true);
    while (held <= 4) await new Promise(resolve => setTimeout(resolve, 5));
    // Three steps, so that what the late one writes would lie where sums count by then.
    let steps = 0;
    const other = await reconcile({ ...ports, hasTime: () => steps++ < 3 }, false);
    expect(other.state).toBe('unfinished');
    goOn();
    expect(await late).toEqual({ state: 'taken-over' });
    stop();
    const told: Difference[] = [];
    const outcome = await reconcile({ ...ports, onDifference: one => told.push(one) }, false);
    expect(finishedView(outcome).differences).toBe(rewards);
    expectEach(told, rewards, 2);
  });
});

describe('a run that cannot be gone on with', () => {
  let own: Database;
  beforeEach(async () => {
    own = await freshDatabase();
  });

  it.each([
    [
      'an earlier release has left it in another shape',
      async () => {
        await planting(own).change(
          'reconciliations',
          { kind: 'current', id: 'current' },
          { run: { phase: 'ledger' } },
        );
      },
    ],
    [
      'its sums are gone',
      async () => {
        await planting(own).remove('reconciliations', { kind: 'sums', id: '0#0' });
        await planting(own).remove('reconciliations', { kind: 'sums', id: '0#1' });
      },
    ],
  ])('is begun anew: %s', async (_, spoil) => {
    await putAll(own, 'ledger', [
      {
        entryId: 'redemption#1',
        counterparty: 'reward#cup',
        points: 1,
        recordedAt: '2026-03-10T12:00:00+08:00',
      },
    ]);
    let steps = 0;
    const isBehindTheLedger = async () => (await readCurrentRun(own)).run?.phase === 'stock';
    while (!(await isBehindTheLedger())) {
      steps = 0;
      await reconcile({ ...portsOf(own, night), hasTime: () => steps++ < 1 }, true);
    }
    await spoil();
    const { view } = await reconciled(own, '2026-03-12T03:30:00+08:00');
    expect(view).toMatchObject({ startedAt: '2026-03-12T03:30:00.000+08:00', differences: 1 });
  });
});
