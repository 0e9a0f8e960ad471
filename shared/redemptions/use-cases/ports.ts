import type { LedgerPorts } from '../../ledger/use-cases/ports.ts';
import type { Codes } from '../store/codes.ts';

/** For use cases that derive or read redemption codes. */
export interface CodePorts extends LedgerPorts {
  readonly codes: Codes;
}
