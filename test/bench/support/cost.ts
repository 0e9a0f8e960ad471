import type { Database } from '../../../shared/dynamo/client.ts';
import { intercept } from '../../support/faults.ts';

/** What a piece of work costs on the tables; a request counts once, however many tables it touches. */
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
