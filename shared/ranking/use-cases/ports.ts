import type { AuditedChange } from '../../audit/store/audit.ts';
import type { Database } from '../../dynamo/client.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import type { Instant } from '../../kernel/time.ts';

export interface RankingPorts {
  readonly database: Database;
  readonly now: () => Instant;
  /** Records what an organizer changes; absent for the clock. */
  readonly audit?: (change: AuditedChange) => Fragment;
  /** Ends the work where the caller can't wait any longer; what was begun is gone on with by whoever comes next. */
  readonly signal?: AbortSignal | undefined;
}
