import type { AuditedChange } from '../../audit/store/audit.ts';
import type { Database } from '../../dynamo/client.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import type { Instant } from '../../kernel/time.ts';
import type { BoardReader } from '../store/board-reader.ts';

/** What the steps that change a ranking need: refresh, close, publish and correct. */
export interface RankingPorts {
  readonly database: Database;
  readonly now: () => Instant;
  /** Records an organizer's change in the audit list; absent in scheduled runs. */
  readonly audit?: (change: AuditedChange) => Fragment;
  /** Aborts the work when the caller stops waiting. The stored intent remains, and a later run makes the version. */
  readonly signal?: AbortSignal | undefined;
}

/** What reading a ranking needs. */
export interface ReadPorts {
  readonly database: Database;
  readonly reader: BoardReader;
}
