import type { Database } from '../../../shared/dynamo/client.ts';
import { isRefusal } from '../../../shared/kernel/refusal.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { closeMonth } from '../../../shared/ranking/use-cases/manage.ts';
import { refreshRankings } from '../../../shared/ranking/use-cases/refresh.ts';
import { type Cost, costOf } from './cost.ts';
import { cityMonth } from './generated-city.ts';
import { SimulatedEngine } from './simulated-engine.ts';

const portsOf = (database: Database, at: string) => ({
  database,
  now: () => instantOf(at),
  eventsPending: async () => 0,
});

/** Refreshes the boards of all scopes on the last evening of the month, as `refresh-rankings` does. */
export async function refresh(database: Database): Promise<void> {
  const { rebuilt } = await refreshRankings(portsOf(database, '2026-03-31T23:00:00+08:00'));
  if (String(rebuilt) !== cityMonth) throw new Error(`rebuilt ${rebuilt}`);
}

/** Closes the month on the third of the next one, as `close-month` does. */
export async function close(database: Database): Promise<void> {
  const closed = await closeMonth(portsOf(database, '2026-04-03T02:00:00+08:00'), cityMonth, 'bench', false);
  if (isRefusal(closed)) throw new Error(closed.refusal);
}

export interface SimulatedCost extends Cost {
  /** Write units of the board blocks. */
  readonly boardUnits: number;
}

export const simulateRefresh = (drivers: number) => simulate(drivers, refresh);
export const simulateClose = (drivers: number) => simulate(drivers, close);

async function simulate(drivers: number, work: typeof refresh): Promise<SimulatedCost> {
  const engine = new SimulatedEngine(drivers);
  const database = engine.open();
  const cost = await costOf(database, () => work(database));
  return { ...cost, boardUnits: engine.boardUnits };
}
