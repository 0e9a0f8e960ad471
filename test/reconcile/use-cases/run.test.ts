import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/dynamo/client.ts';
import { finishedRuns } from '../../../shared/reconcile/store/reconciliations.ts';
import { reconcile } from '../../../shared/reconcile/use-cases/run.ts';
import { freshDatabase } from '../../support/database.ts';
import { meetBeforeWriting } from '../../support/faults.ts';
import { planting } from '../../support/plant.ts';
import { finishedView, portsOf, reconciled } from '../../support/reconciling.ts';
import { awardADay } from './award-a-day.ts';

const night = '2026-03-11T03:30:00+08:00';
let database: Database;

describe('a reconcile run', () => {
  beforeAll(async () => {
    database = await freshDatabase();
    await awardADay(database, '2026-03-10T20:00:00+08:00');
    await planting(database).change('accounts', { driverId: 'd-4' }, { earned: 1 });
    await planting(database).remove('accounts', { driverId: 'd-5' });
  });

  it('finishes a run with the same result when it is interrupted after every page', async () => {
    const { view: whole } = await reconciled(database, night);
    const outcomes = [];
    for (let mayStart = true; ; mayStart = false) {
      let pages = 0;
      const ports = portsOf(database, '2026-03-12T03:30:00+08:00');
      const outcome = await reconcile({ ...ports, hasTime: () => pages++ < 1, itemsPerPage: 1 }, mayStart);
      outcomes.push(outcome.state);
      if (outcome.state !== 'unfinished') {
        expect({
          ...finishedView(outcome),
          startedAt: whole.startedAt,
          finishedAt: whole.finishedAt,
        }).toEqual(whole);
        break;
      }
    }
    expect(outcomes.filter(state => state === 'unfinished').length).toBeGreaterThan(3);
    expect(whole).toMatchObject({
      differences: 2,
      byKind: { 'account-differs': 1, 'counterparty-differs': 1 },
    });
  });

  it('stores a finished run and leaves nothing to resume', async () => {
    expect(await reconcile(portsOf(database, night), false)).toEqual({ state: 'nothing-to-do' });
    const { runs } = await finishedRuns(database, 10);
    expect(runs.map(({ startedAt }) => startedAt.slice(0, 10))).toEqual(['2026-03-12', '2026-03-11']);
  });

  it('lets only one of two concurrent invocations execute a run', async () => {
    const stop = meetBeforeWriting(database, 2, ['PutItemCommand']);
    const begin = async () => {
      let steps = 0;
      const hasTime = () => ++steps > 0;
      const { state } = await reconcile({ ...portsOf(database, night), hasTime }, true);
      return state === 'finished' ? state : `${state} after ${steps} steps`;
    };
    const states = await Promise.all([begin(), begin()]);
    stop();
    expect(states.toSorted()).toEqual(['finished', 'taken-over after 0 steps']);
  });

  it('stops a run when another invocation has taken it over', async () => {
    let otherSteps = 0;
    const oneStep = () => ({ ...portsOf(database, night), hasTime: () => otherSteps++ < 1 });
    const pauseMs = async () => {
      if (otherSteps === 0) await reconcile(oneStep(), true);
    };
    expect(await reconcile({ ...portsOf(database, night), pauseMs }, true)).toEqual({ state: 'taken-over' });
  });
});
