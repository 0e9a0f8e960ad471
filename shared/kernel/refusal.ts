/**
 * A rule that says no, with the facts that explain it. Expected, so it is a value; what is thrown is a bug or an
 * outage. Which HTTP status a word has stands in one table, in contracts/problems.ts.
 */
export type Refusal =
  | { readonly refusal: 'not-found' }
  /** Only those may know who say who they are. */
  | { readonly refusal: 'unauthenticated' }
  | { readonly refusal: 'driver-erased'; readonly erasedAt: string }
  | { readonly refusal: 'not-pending'; readonly reason: string }
  | { readonly refusal: 'already-attested'; readonly outcome: string }
  | { readonly refusal: 'attestation-period-over'; readonly until: string }
  | { readonly refusal: 'caller-exists'; readonly callerId: string }
  | { readonly refusal: 'over-limit'; readonly points: number; readonly limit: number }
  | { readonly refusal: 'request-no-used'; readonly requestNo: string }
  | { readonly refusal: 'second-organizer-needed'; readonly proposedBy: string }
  | { readonly refusal: 'adjustment-decided'; readonly state: string }
  | { readonly refusal: 'rulebook-exists'; readonly version: number }
  | { readonly refusal: 'not-awarded'; readonly reason: string }
  | { readonly refusal: 'too-late'; readonly occurredAt: string; readonly days: number }
  | {
      readonly refusal: 'invalid';
      /** JSON pointers into what was sent. */
      readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
    }
  /** What is asked for does not fit into one answer. */
  | { readonly refusal: 'too-large'; readonly detail: string; readonly lines: number }
  | { readonly refusal: 'insufficient-points'; readonly available: number; readonly needed: number }
  | {
      readonly refusal: 'out-of-stock';
      readonly rewardId: string;
      /** Pieces, and how many of them are wanted. */
      readonly available: number;
      readonly needed: number;
    }
  | { readonly refusal: 'limit-reached'; readonly limit: number; readonly month: string }
  | {
      readonly refusal: 'reward-inactive';
      readonly activeFrom: string | null;
      readonly activeTo: string | null;
    }
  | { readonly refusal: 'idempotency-key-reused'; readonly redemptionId: string }
  | { readonly refusal: 'code-unknown' }
  | { readonly refusal: 'slow-down'; readonly retryAfterSeconds: number }
  | { readonly refusal: 'already-confirmed'; readonly confirmedAt: string }
  | { readonly refusal: 'already-cancelled'; readonly cancelledAt: string }
  | { readonly refusal: 'redemption-expired'; readonly expiresAt: string }
  | { readonly refusal: 'below-min-spend'; readonly amountFen: number; readonly minSpendFen: number }
  | { readonly refusal: 'already-returned'; readonly returnedAt: string }
  | { readonly refusal: 'return-period-over'; readonly confirmedAt: string; readonly days: number }
  | { readonly refusal: 'month-not-over'; readonly month: string; readonly closableFrom: string }
  | { readonly refusal: 'events-pending'; readonly pending: number }
  | { readonly refusal: 'not-closed'; readonly month: string }
  | { readonly refusal: 'not-published'; readonly month: string }
  | { readonly refusal: 'objection-period'; readonly publishableFrom: string };

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refusal' in value;
}
