import type { Refusal } from '../../kernel/refusal.ts';
import { monthOf, toLocalIso } from '../../kernel/time.ts';
import type { LedgerPorts } from '../../ledger/use-cases/ports.ts';
import { judgeCancellation, judgeReturn, type Redemption, steps } from '../rules/redemption.ts';
import { merchantMonthKey } from '../store/redemptions.ts';
import { refund } from './refund.ts';

export type CancellationRefusal = Refusal<'not-found' | 'already-confirmed' | 'redemption-expired'>;
export type ReturnRefusal = Refusal<'not-found' | 'already-returned' | 'return-period-over'>;

/** Cancels a driver's own reservation. */
export function cancelRedemption(
  ports: LedgerPorts,
  redemptionId: string,
  driverId: string,
): Promise<Redemption | CancellationRefusal> {
  return refund<CancellationRefusal>(ports, redemptionId, {
    cause: 'cancelled',
    step: steps.cancel,
    judge: (redemption, now) =>
      redemption.driverId === driverId ? judgeCancellation(redemption, now) : { refusal: 'not-found' },
    attributes: now => ({ cancelledAt: toLocalIso(now) }),
  });
}

export interface Return {
  readonly merchantId: string;
  readonly requestNo: string;
  readonly reason: string;
}

/** Returns a confirmed redemption to the merchant. It appears in the statement of the month of the return. */
export function returnRedemption(
  ports: LedgerPorts,
  redemptionId: string,
  request: Return,
): Promise<Redemption | ReturnRefusal> {
  return refund<ReturnRefusal>(ports, redemptionId, {
    cause: 'returned',
    step: steps.return,
    judge: (redemption, now) => judgeReturn(redemption, request, now),
    attributes: now => ({
      returnRequestNo: request.requestNo,
      returnedAt: toLocalIso(now),
      returnedKey: merchantMonthKey(request.merchantId, monthOf(now)),
    }),
    reason: request.reason,
  });
}
