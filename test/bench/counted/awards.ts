import { awardEvents } from '../../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { portsAt, received } from '../../support/events.ts';
import type { Context, Part, Result } from '../report/result.ts';
import { type Cost, costOf, divided } from '../support/cost.ts';
import { openStage } from '../support/stage.ts';

const march = '2026-03-10T12:00:00+08:00';
const batchSizes = [1, 2, 5, 10];

export const awards: Part = {
  id: 'awards',
  title: 'What an award costs on the tables',
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

/** A driver as they are mostly: known for some time, with a few entries in the month. */
export async function countAwards(database: Database, { step }: Pick<Context, 'step'>): Promise<Result> {
  const rows: [what: string, cost: Cost, floor: string][] = [];
  const add = (what: string, cost: Cost, floor = '') => {
    rows.push([what, cost, floor]);
    step(rows.length, batchSizes.length + 6, what);
  };
  const events = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, n) => received(`${prefix}-${n}`, { activity: 'report' }));
  const award = (batch: ReturnType<typeof events>, at = march) =>
    costOf(database, () => awardEvents(portsAt(database, at), 'd-1', batch));

  add('the first event of a driver nobody has registered', await award(events('first', 1)));
  await award(events('before', 5));
  for (const b of batchSizes) {
    const cost = divided(await award(events(`b${b}`, b)), b);
    add(
      b === 1 ? 'an award alone' : `each of ${b} awards of one driver in a batch`,
      cost,
      `${3 + 3 / b} WRU`,
    );
  }
  const mixed = [...events('b10', 2), ...events('mixed', 8)];
  add(
    'each of 10 deliveries of which 2 are repeats',
    divided(await award(mixed), 10),
    `${(8 * 3 + 3) / 10} WRU`,
  );
  add('a repeat, at any age', await award(events('b1', 1)), '2 RRU');
  const conflict = received('b1-0', { activity: 'report', minutes: 30 });
  add('a known event with other content', await award([conflict]));
  const proven = received('proven', { activity: 'report', evidence: ['https://files.example/1.jpg'] });
  add('an award with photos', await award([proven]));
  const late = received('late', { activity: 'report', receivedAt: '2026-04-02T12:00:00+08:00' });
  add('an award for a month that is over', await award([late], '2026-04-02T12:00:00+08:00'), '8 WRU');
  const cost = (what: string) => rows.find(row => row[0] === what)?.[1].writeUnits ?? null;
  return {
    tables: [
      {
        id: 'awards',
        title: awards.title,
        columns: ['what', 'WRU', 'RRU', 'requests', 'allowed'],
        rows: rows.map(([what, { writeUnits, readUnits, requests }, allowed]) => [
          what,
          writeUnits,
          readUnits,
          requests,
          allowed,
        ]),
      },
    ],
    figures: [
      {
        what: 'an award alone, all tables and indexes',
        value: cost('an award alone'),
        unit: 'WRU',
        goal: '6',
      },
      {
        what: 'each of 5 awards of one driver in a batch',
        value: cost('each of 5 awards of one driver in a batch'),
        unit: 'WRU',
        goal: '3 + 3/5',
      },
      {
        what: 'an award for a month that is over',
        value: cost('an award for a month that is over'),
        unit: 'WRU',
        goal: '8',
      },
      {
        what: 'a repeat, at any age',
        value: cost('a repeat, at any age'),
        unit: 'WRU, and 2 RRU',
        goal: '0, 2',
      },
    ],
  };
}
