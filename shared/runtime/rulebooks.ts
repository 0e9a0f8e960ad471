import type { Database } from '../store/client.ts';
import { rulebookCache } from '../store/rulebook-cache.ts';
import { monotonicMs, now } from './clock.ts';

/** Apart from the tables, for a rulebook's schema is 2 kB of every bundle that can reach it. */
export function openRulebooks(database: Database) {
  return rulebookCache(database, now, monotonicMs);
}
