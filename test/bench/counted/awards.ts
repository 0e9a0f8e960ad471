import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { portsAt, received } from '../../support/events.ts';
import type { Context, Part, Result } from '../report/result.ts';
import { type Cost, costOf, divided } from '../support/cost.ts';
import { openStage } from '../support/stage.ts';
import { awardBudgets, overBudget } from './budgets.ts';

const march = '2026-03-10T12:00:00+08:00';
const batchSizes = [1, 2, 5, 10];

export const awards: Part = {
  id: 'awards',
  title: 'Cost of an award on the tables',
  kind: 'counted',
  run: async context => {
    const stage = await openStage();
    try {
      return await countAwards(await stage.freshDatabase(), context);
    } finally {
      await stage.close();
    }
  },
};

/** Counts awards to a typical driver: registered, with a few entries in the month. */
export async function countAwards(database: Database, { step }: Pick<Context, 'step'>): Promise<Result> {
  const costs: [what: string, cost: Cost][] = [];
  const add = (what: string, cost: Cost) => {
    costs.push([what, cost]);
    step(costs.length, batchSizes.length + 6, what);
  };
  const events = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, n) => received(`${prefix}-${n}`, { activity: 'report' }));
  const award = (batch: ReturnType<typeof events>, at = march) =>
    costOf(database, () => awardEvents(portsAt(database, at), 'd-1', batch));

  add('first event of an unregistered driver', await award(events('first', 1)));
  await award(events('before', 5));
  for (const b of batchSizes) {
    const cost = divided(await award(events(`b${b}`, b)), b);
    add(b === 1 ? 'one award' : `each of ${b} awards to one driver in a batch`, cost);
  }
  const mixed = [...events('b10', 2), ...events('mixed', 8)];
  add('each of 10 deliveries, 2 of them repeats', divided(await award(mixed), 10));
  add('a repeated event, at any age', await award(events('b1', 1)));
  const conflict = received('b1-0', { activity: 'report', minutes: 30 });
  add('a known event with different content', await award([conflict]));
  const proven = received('proven', { activity: 'report', evidence: ['https://files.example/1.jpg'] });
  add('an award with photos', await award([proven]));
  const late = received('late', { activity: 'report', receivedAt: '2026-04-02T12:00:00+08:00' });
  add('an award for a past month', await award([late], '2026-04-02T12:00:00+08:00'));
  const figure = (what: keyof typeof awardBudgets) => ({
    what,
    value: costs.find(([name]) => name === what)?.[1].writeUnits ?? null,
    unit: 'WRU',
    goal: `${awardBudgets[what].writeUnits}`,
  });
  return {
    tables: [
      {
        id: 'awards',
        title: awards.title,
        columns: ['what', 'WRU', 'RRU', 'requests'],
        rows: costs.map(([what, { writeUnits, readUnits, requests }]) => [
          what,
          writeUnits,
          readUnits,
          requests,
        ]),
      },
    ],
    figures: [
      figure('one award'),
      figure('each of 5 awards to one driver in a batch'),
      figure('an award for a past month'),
      figure('a repeated event, at any age'),
    ],
    overBudget: overBudget(costs, awardBudgets),
  };
}
