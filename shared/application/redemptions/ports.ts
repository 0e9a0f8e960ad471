import type { Instant } from '../../domain/time.ts';
import type { Database } from '../../store/client.ts';
import type { Codes } from '../../store/codes.ts';

export interface RedemptionPorts {
  readonly database: Database;
  readonly now: () => Instant;
}

/** For what makes codes or reads them. */
export interface CodePorts extends RedemptionPorts {
  readonly codes: Codes;
}
