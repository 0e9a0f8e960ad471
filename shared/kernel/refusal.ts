/**
 * Every reason to refuse a request, with the facts that explain it. `kernel/problems.ts` maps each word to its HTTP
 * status.
 */
interface Refusals {
  // The runtime refuses with these before a handler runs, or when it fails. Rules use some of them, too.
  malformed: { readonly detail: string };
  unauthenticated: NoFacts;
  forbidden: NoFacts;
  'not-found': NoFacts;
  invalid: {
    /** JSON pointers into the request, each with what is wrong there. */
    readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
    readonly detail?: string;
    /** Of a batch: what became of each member. */
    readonly results?: readonly unknown[];
  };
  /** The request or the answer does not fit into one message. */
  'too-large': { readonly detail: string; readonly lines?: number };
  'slow-down': { readonly retryAfterSeconds: number };
  'try-again': { readonly detail?: string; readonly results?: readonly unknown[] };

  'driver-erased': { readonly erasedAt: string };
  'not-pending': { readonly reason: string };
  'already-attested': { readonly outcome: string };
  'attestation-period-over': { readonly until: string };
  'caller-exists': { readonly callerId: string };
  'over-limit': { readonly points: number; readonly limit: number };
  'request-no-used': { readonly requestNo: string };
  'second-organizer-needed': { readonly proposedBy: string };
  'adjustment-decided': { readonly state: string };
  'rulebook-exists': { readonly version: number };
  'not-awarded': { readonly reason: string };
  'too-late': { readonly occurredAt: string; readonly days: number };
  'insufficient-points': { readonly available: number; readonly needed: number };
  /** `available` and `needed` count pieces. */
  'out-of-stock': { readonly rewardId: string; readonly available: number; readonly needed: number };
  'limit-reached': { readonly limit: number; readonly month: string };
  'reward-inactive': { readonly activeFrom: string | null; readonly activeTo: string | null };
  'idempotency-key-reused': { readonly redemptionId: string };
  'code-unknown': NoFacts;
  'already-confirmed': { readonly confirmedAt: string };
  'already-cancelled': { readonly cancelledAt: string };
  'redemption-expired': { readonly expiresAt: string };
  'below-min-spend': { readonly amountFen: number; readonly minSpendFen: number };
  'already-returned': { readonly returnedAt: string };
  'return-period-over': { readonly confirmedAt: string; readonly days: number };
  'month-not-over': { readonly month: string; readonly closableFrom: string };
  'events-pending': { readonly pending: number };
  'not-closed': { readonly month: string };
  'not-published': { readonly month: string };
  'objection-period': { readonly publishableFrom: string };
}

type NoFacts = Readonly<Record<never, never>>;

export type RefusalWord = keyof Refusals;

/**
 * A rule that says no. Refusals are expected, so they are values; exceptions are bugs and outages. A function names
 * the words it can return: `Promise<Redemption | Refusal<'not-found' | 'out-of-stock'>>`.
 */
export type Refusal<Word extends RefusalWord = RefusalWord> = {
  readonly [W in Word]: { readonly refusal: W } & Refusals[W];
}[Word];

/** Narrows a result to its refusals. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refusal' in value;
}
