import type { Refusal } from '../../kernel/refusal.ts';
import { monthOf, toLocalIso } from '../../kernel/time.ts';
import { judgeCancellation, judgeReturn, type Redemption, steps } from '../rules/redemption.ts';
import { merchantMonthKey } from '../store/redemptions.ts';
import type { RedemptionPorts } from './ports.ts';
import { refund } from './refund.ts';

/** Its driver gives a reservation up. */
export function cancelRedemption(
  ports: RedemptionPorts,
  redemptionId: string,
  driverId: string,
): Promise<Redemption | Refusal> {
  return refund(ports, redemptionId, {
    cause: 'cancelled',
    step: steps.cancel,
    judge: (redemption, now) =>
      redemption.driverId === driverId ? judgeCancellation(redemption, now) : { refusal: 'not-found' },
    facts: (_, now) => ({ cancelledAt: toLocalIso(now) }),
  });
}

export interface Return {
  readonly merchantId: string;
  readonly requestNo: string;
  readonly reason: string;
}

/** The merchant takes back what was handed over; it stands in the statement of the month in which that happens. */
export function returnRedemption(
  ports: RedemptionPorts,
  redemptionId: string,
  request: Return,
): Promise<Redemption | Refusal> {
  return refund(ports, redemptionId, {
    cause: 'returned',
    step: steps.return,
    judge: (redemption, now) => judgeReturn(redemption, request, now),
    facts: (_, now) => ({
      returnRequestNo: request.requestNo,
      returnedAt: toLocalIso(now),
      returnedKey: merchantMonthKey(request.merchantId, monthOf(now)),
    }),
    reason: request.reason,
  });
}
