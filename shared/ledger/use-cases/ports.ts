import type { Database } from '../../dynamo/client.ts';
import type { Instant } from '../../kernel/time.ts';

/** What every change of an account needs. */
export interface LedgerPorts {
  readonly database: Database;
  readonly now: () => Instant;
}
