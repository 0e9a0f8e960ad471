import type { Database } from '../../../shared/dynamo/client.ts';
import { isRefusal } from '../../../shared/kernel/refusal.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { closeMonth } from '../../../shared/ranking/use-cases/manage.ts';
import { refreshRankings } from '../../../shared/ranking/use-cases/refresh.ts';
import { type Cost, costOf } from './cost.ts';
import { cityMonth } from './paper-city.ts';
import { PaperEngine } from './paper-engine.ts';

const portsOf = (database: Database, at: string) => ({
  database,
  now: () => instantOf(at),
  eventsPending: async () => 0,
});

/** The month's last evening: the boards of the open month, in all scopes, as `refresh-rankings` makes them. */
export async function refresh(database: Database): Promise<void> {
  const { rebuilt } = await refreshRankings(portsOf(database, '2026-03-31T23:00:00+08:00'));
  if (String(rebuilt) !== cityMonth) throw new Error(`rebuilt ${rebuilt}`);
}

/** The third of the next month: version 1, as `close-month` makes it. */
export async function close(database: Database): Promise<void> {
  const closed = await closeMonth(portsOf(database, '2026-04-03T02:00:00+08:00'), cityMonth, 'bench', false);
  if (isRefusal(closed)) throw new Error(closed.refusal);
}

export interface OnPaper extends Cost {
  /** What the blocks of boards took of the write units. */
  readonly boardUnits: number;
}

export const refreshOnPaper = (drivers: number) => onPaper(drivers, refresh);
export const closeOnPaper = (drivers: number) => onPaper(drivers, close);

async function onPaper(drivers: number, work: typeof refresh): Promise<OnPaper> {
  const engine = new PaperEngine(drivers);
  const database = engine.open();
  const cost = await costOf(database, () => work(database));
  return { ...cost, boardUnits: engine.boardUnits };
}
