import { type AdjustmentCommand, decideAdjustment } from '../../adjustments/rules/adjustment.ts';
import { type AttestCommand, decideAttestation } from '../../awards/rules/attestation.ts';
import { type AwardCommand, decideAward } from '../../awards/rules/award.ts';
import { decideReversal, type ReversalCommand } from '../../awards/rules/reversal.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Instant } from '../../kernel/time.ts';
import { decideRefund, type RefundCommand } from '../../redemptions/rules/refund.ts';
import { decideReserve, type ReserveCommand } from '../../redemptions/rules/reserve.ts';
import type { Account } from './account.ts';
import type { Draft } from './entry.ts';
import { decideExpiry, type ExpiryCommand } from './expiry.ts';

/** Everything that can be asked of a driver's account. */
export type Command =
  | AwardCommand
  | AttestCommand
  | ReversalCommand
  | ReserveCommand
  | RefundCommand
  | ExpiryCommand
  | AdjustmentCommand;

/** The one way in: what a command adds to the ledger, or why it adds nothing. */
export function decide(account: Account, command: Command, now: Instant): Draft[] | Refusal {
  switch (command.kind) {
    case 'award':
      return decideAward(account, command, now);
    case 'attest':
      return decideAttestation(account, command, now);
    case 'reversal':
      return decideReversal(account, command, now);
    case 'reserve':
      return decideReserve(account, command, now);
    case 'refund':
      return decideRefund(account, command, now);
    case 'expiry':
      return decideExpiry(account, now);
    case 'adjustment':
      return decideAdjustment(account, command, now);
  }
}
