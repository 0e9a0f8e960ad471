import type { Database } from '../../../shared/dynamo/client.ts';
import { intercept } from '../../support/faults.ts';

/** The cost of some work on the tables. A request counts once, even if it touches several tables. */
export interface Cost {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly requests: number;
}

export async function costOf(database: Database, work: () => Promise<unknown>): Promise<Cost> {
  let requests = 0;
  const stop = intercept(database, (_, proceed) => {
    requests += 1;
    return proceed();
  });
  database.meter.reset();
  try {
    await work();
  } finally {
    stop();
  }
  const { writeUnits, readUnits } = database.meter.total();
  return { writeUnits, readUnits, requests };
}

export function divided({ writeUnits, readUnits, requests }: Cost, by: number): Cost {
  return { writeUnits: writeUnits / by, readUnits: readUnits / by, requests: requests / by };
}
