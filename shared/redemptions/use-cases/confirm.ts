import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import type { ConfirmationBody } from '../contract/redemptions.ts';
import { type Confirmed, isConfirmed, judgeScan, type Returned } from '../rules/redemption.ts';
import { countUnknownCode } from '../store/attempts.ts';
import { confirmRedemption, outletMark } from '../store/redemptions.ts';
import type { CodePorts } from './ports.ts';

/** One scan: one conditional write, which answers by itself what stands against it. */
export async function confirm(
  ports: CodePorts,
  merchantId: string,
  { code, requestNo, amountFen }: ConfirmationBody,
): Promise<Confirmed | Returned | Refusal> {
  const now = ports.now();
  const scan = { merchantId, outletMark: outletMark(merchantId), requestNo, amountFen };
  const redemptionId = ports.codes.redemptionIdOf(code);
  const { verdict, redemption } = redemptionId
    ? await confirmRedemption(ports.database, redemptionId, scan, now)
    : { verdict: judgeScan(undefined, scan, now), redemption: undefined };
  if (isRefusal(verdict)) {
    return verdict.refusal === 'code-unknown' ? unknownCode(ports, merchantId, verdict) : verdict;
  }
  if (redemption && isConfirmed(redemption)) return redemption;
  throw new Error('a scan was carried out and there is no confirmation');
}

/** Guessing is slowed here alone, on the way that only wrong codes take: a right one is never held up. */
async function unknownCode(ports: CodePorts, merchantId: string, unknown: Refusal): Promise<Refusal> {
  const now = ports.now();
  const notBefore = await countUnknownCode(ports.database, merchantId, now);
  if (notBefore === undefined) return unknown;
  return { refusal: 'slow-down', retryAfterSeconds: Math.ceil((notBefore - now) / 1000) };
}
