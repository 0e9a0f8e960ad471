import { rulebookCache } from '../awards/store/rulebook-cache.ts';
import type { Database } from '../dynamo/client.ts';
import { monotonicMs, now } from './clock.ts';

/** Apart from the tables, for a rulebook's schema is 2 kB of every bundle that can reach it. */
export function openRulebooks(database: Database) {
  return rulebookCache(database, now, monotonicMs);
}
