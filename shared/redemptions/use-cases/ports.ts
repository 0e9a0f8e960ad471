import type { Database } from '../../dynamo/client.ts';
import type { Instant } from '../../kernel/time.ts';
import type { Codes } from '../store/codes.ts';

export interface RedemptionPorts {
  readonly database: Database;
  readonly now: () => Instant;
}

/** For what makes codes or reads them. */
export interface CodePorts extends RedemptionPorts {
  readonly codes: Codes;
}
