import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import type { ConfirmationBody } from '../contract/redemptions.ts';
import {
  type Confirmed,
  isConfirmed,
  judgeScan,
  type Returned,
  type ScanVerdict,
} from '../rules/redemption.ts';
import { countUnknownCode } from '../store/attempts.ts';
import { confirmRedemption, outletMark } from '../store/redemptions.ts';
import type { CodePorts } from './ports.ts';

export type ScanRefusal = Extract<ScanVerdict, object> | Refusal<'slow-down'>;

/** Confirms a redemption by its code with one conditional write; a refusal costs no further read. */
export async function confirm(
  ports: CodePorts,
  merchantId: string,
  { code, requestNo, amountFen }: ConfirmationBody,
): Promise<Confirmed | Returned | ScanRefusal> {
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

/** Throttles guessing. Only unknown codes come here, so a valid code is never throttled. */
async function unknownCode<T>(
  ports: CodePorts,
  merchantId: string,
  unknown: T,
): Promise<T | Refusal<'slow-down'>> {
  const now = ports.now();
  const notBefore = await countUnknownCode(ports.database, merchantId, now);
  if (notBefore === undefined) return unknown;
  return { refusal: 'slow-down', retryAfterSeconds: Math.ceil((notBefore - now) / 1000) };
}
