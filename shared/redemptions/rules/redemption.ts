import type { Refusal, RefusalWord } from '../../kernel/refusal.ts';
import { dayMs, type Instant, instantOf } from '../../kernel/time.ts';
import type { Lots } from '../../ledger/rules/lots.ts';
import { type Discount, discountFenOf } from './discount.ts';

/** What a reservation holds, and the terms as they were when it was made. */
interface Held {
  /** Keyed digest of the code, so that a code finds its redemption and nothing stored gives the code away. */
  readonly redemptionId: string;
  readonly driverId: string;
  readonly rewardId: string;
  readonly rewardVersion: number;
  readonly points: number;
  /** The lots that the points were taken from, and go back to. */
  readonly lots: Lots;
  /** Whether one piece of the reward's stock is held. */
  readonly stockTracked: boolean;
  /** Marks of the merchants and stations that may confirm: short digests, for there may be fifty. */
  readonly outlets: readonly string[];
  /** Absent for goods. */
  readonly discount?: Discount | undefined;
  readonly subsidyFen: number;
  /** From which, with the key of this version, the code is derived again. */
  readonly seed: string;
  readonly codeKey: string;
  /** Times are ISO 8601, local, all of one length: they sort as text. */
  readonly reservedAt: string;
  readonly expiresAt: string;
}

interface Confirmation {
  readonly merchantId: string;
  readonly requestNo: string;
  readonly amountFen?: number | undefined;
  readonly confirmedAt: string;
}

export type Reserved = Held & { readonly state: 'reserved' };
export type Confirmed = Held & Confirmation & { readonly state: 'confirmed' };
export type Returned = Held &
  Confirmation & {
    readonly state: 'returned';
    readonly returnRequestNo: string;
    readonly returnedAt: string;
  };
export type Redemption =
  | Reserved
  | Confirmed
  | Returned
  | (Held & { readonly state: 'cancelled'; readonly cancelledAt: string })
  | (Held & { readonly state: 'expired'; readonly expiredAt: string });

export type RedemptionState = Redemption['state'];

/**
 * The whole machine. Every step is a conditional write on exactly this: the state that it starts from, and on which
 * side of `expiresAt` the clock must stand. So each happens once, and of two that race one is refused.
 */
export const steps = {
  confirm: { from: 'reserved', to: 'confirmed', clock: 'before-expiry' },
  cancel: { from: 'reserved', to: 'cancelled', clock: 'before-expiry' },
  expire: { from: 'reserved', to: 'expired', clock: 'from-expiry' },
  return: { from: 'confirmed', to: 'returned', clock: 'any' },
} as const satisfies Record<string, Step>;

export interface Step {
  readonly from: RedemptionState;
  readonly to: RedemptionState;
  readonly clock: 'before-expiry' | 'from-expiry' | 'any';
}

/** A merchant may take goods back for this long after the confirmation. */
export const returnPeriodMs = 7 * dayMs;

/** The state by the clock: what is overdue has expired, whether or not the sweep has come by. */
export function stateAt(redemption: Redemption, now: Instant): RedemptionState {
  return isOverdue(redemption, now) ? steps.expire.to : redemption.state;
}

export function isOverdue({ state, expiresAt }: Redemption, now: Instant): boolean {
  return state === steps.expire.from && now >= instantOf(expiresAt);
}

/** What a rule says of a request: carry it out, recognise a repeat, or refuse. */
export type Verdict<Word extends RefusalWord = never> = 'due' | 'repeat' | Refusal<Word>;

export type ScanVerdict = Verdict<
  | 'code-unknown'
  | 'already-confirmed'
  | 'already-cancelled'
  | 'redemption-expired'
  | 'invalid'
  | 'below-min-spend'
>;

/** A merchant's scan of a code. */
export interface Scan {
  readonly merchantId: string;
  readonly outletMark: string;
  readonly requestNo: string;
  readonly amountFen?: number | undefined;
}

/** Whether a scan confirms the redemption, looked at in the order that the contract gives. */
export function judgeScan(redemption: Redemption | undefined, scan: Scan, now: Instant): ScanVerdict {
  if (!redemption?.outlets.includes(scan.outletMark)) return { refusal: 'code-unknown' };
  if (isConfirmed(redemption)) {
    const { merchantId, requestNo, confirmedAt } = redemption;
    const repeated = merchantId === scan.merchantId && requestNo === scan.requestNo;
    return repeated ? 'repeat' : { refusal: 'already-confirmed', confirmedAt };
  }
  if (redemption.state === 'cancelled') {
    return { refusal: 'already-cancelled', cancelledAt: redemption.cancelledAt };
  }
  return expiredRefusal(redemption, now) ?? spendRefusal(redemption.discount, scan.amountFen) ?? 'due';
}

export function judgeCancellation(
  redemption: Redemption,
  now: Instant,
): Verdict<'already-confirmed' | 'redemption-expired'> {
  if (redemption.state === 'cancelled') return 'repeat';
  if (isConfirmed(redemption)) return { refusal: 'already-confirmed', confirmedAt: redemption.confirmedAt };
  return expiredRefusal(redemption, now) ?? 'due';
}

/** Whether the merchant may take it back; only the one that confirmed it knows of it. */
export function judgeReturn(
  redemption: Redemption,
  { merchantId, requestNo }: { readonly merchantId: string; readonly requestNo: string },
  now: Instant,
): Verdict<'not-found' | 'already-returned' | 'return-period-over'> {
  if (!isConfirmed(redemption) || redemption.merchantId !== merchantId) return { refusal: 'not-found' };
  if (redemption.state === 'returned') {
    const { returnRequestNo, returnedAt } = redemption;
    return returnRequestNo === requestNo ? 'repeat' : { refusal: 'already-returned', returnedAt };
  }
  const { confirmedAt } = redemption;
  return now - instantOf(confirmedAt) > returnPeriodMs
    ? { refusal: 'return-period-over', confirmedAt, days: returnPeriodMs / dayMs }
    : 'due';
}

export function isConfirmed(redemption: Redemption): redemption is Confirmed | Returned {
  return redemption.state === 'confirmed' || redemption.state === 'returned';
}

/** What the merchant gave on it, and what the merchant is owed for it. */
export function settlementOf({ discount, amountFen, subsidyFen }: Confirmed | Returned) {
  return { discountFen: discountFenOf(discount, amountFen ?? 0), subsidyFen };
}

function expiredRefusal(redemption: Redemption, now: Instant): Refusal<'redemption-expired'> | undefined {
  return stateAt(redemption, now) === 'expired'
    ? { refusal: 'redemption-expired', expiresAt: redemption.expiresAt }
    : undefined;
}

function spendRefusal(
  discount: Discount | undefined,
  amountFen: number | undefined,
): Refusal<'invalid' | 'below-min-spend'> | undefined {
  if (!discount) return undefined;
  if (amountFen === undefined) {
    return { refusal: 'invalid', errors: [{ pointer: '/amountFen', detail: 'is needed for a discount' }] };
  }
  const { minSpendFen = 0 } = discount;
  return amountFen < minSpendFen ? { refusal: 'below-min-spend', amountFen, minSpendFen } : undefined;
}
