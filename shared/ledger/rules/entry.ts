import type { Month } from '../../kernel/time.ts';
import type { LotChanges } from './lots.ts';

/**
 * What every entry of the ledger says. An entry is written once and never changed; its `entryId` is the name of the
 * fact that it records, so that the same fact can have no second entry.
 */
interface Recorded {
  readonly entryId: string;
  readonly driverId: string;
  /** 1, 2, 3, … for each driver, without a gap. */
  readonly seq: number;
  /** Signed change of the balance; the counterparty's is its negative. */
  readonly points: number;
  /** The sum of the points of this entry and all before it. */
  readonly balance: number;
  /** Signed change of the hours, in minutes. */
  readonly minutes: number;
  /** Which lots the points went into or came out of. `points` = the sum of `lots` − `debt`. */
  readonly lots: LotChanges;
  /** Signed change of the debt. */
  readonly debt: number;
  /** Where the points came from or went to: over all entries and counterparties the points sum to zero. */
  readonly counterparty: string;
  readonly reason: string | null;
  /** When it happened: ISO 8601, as it was sent where it came from outside. */
  readonly occurredAt: string;
  /** When it was decided: ISO 8601, local. */
  readonly recordedAt: string;
  readonly prevHash: string;
  readonly hash: string;
}

/** What a volunteer event's entry says besides. */
export interface EventFacts {
  readonly platformId: string;
  readonly eventId: string;
  readonly activity: string;
  readonly wanted: number;
  readonly granted: number;
  readonly rulebookVersion: number | null;
  readonly campaignId: string | null;
  /** The month whose ranking it counts for; null where that was closed already, or nothing counts. */
  readonly rankingMonth: Month | null;
  readonly receivedAt: string;
  /** Digest of the event's content: tells a repeat from a conflict. */
  readonly fingerprint: string;
}

/** `granted` below `wanted` says by its reason which cap left less; `granted` 0 is capped. */
export interface AwardEntry extends Recorded, EventFacts {
  readonly kind: 'award';
}

/** An event that earned nothing, kept so that it has a receipt. */
export interface DeclinedEntry extends Recorded, EventFacts {
  readonly kind: 'declined';
  readonly reason: DeclinedReason;
  /** Where it waited for somebody's word: that it was against it, or that none came in time. */
  readonly attestation?: 'refused' | 'lapsed' | undefined;
}

/** An event that earns nothing until somebody has attested it; what comes of that is an entry of its own. */
export interface PendingEntry extends Recorded, EventFacts {
  readonly kind: 'pending';
  /** As sent; they count once it is confirmed. */
  readonly claimedMinutes: number | null;
}

export interface ReversalEntry extends Recorded {
  readonly kind: 'reversal';
  readonly platformId: string;
  readonly eventId: string;
  readonly activity: string;
  /** That of the award it takes back, closed or not. */
  readonly rankingMonth: Month | null;
}

/** Points held for a reward. */
export interface RedemptionEntry extends Recorded {
  readonly kind: 'redemption';
  readonly redemptionId: string;
  readonly rewardId: string;
}

/** Points given back to the lots that they came from. */
export interface RefundEntry extends Recorded {
  readonly kind: 'refund';
  readonly redemptionId: string;
  readonly rewardId: string;
  readonly cause: 'cancelled' | 'expired' | 'returned';
  /** The month whose limit the reservation had used. */
  readonly reservedMonth: Month;
}

/** What was left of a month's points, thirteen months on. */
export interface ExpiryEntry extends Recorded {
  readonly kind: 'expiry';
  readonly lot: Month;
}

/** Points given or taken by the organizers by hand. */
export interface AdjustmentEntry extends Recorded {
  readonly kind: 'adjustment';
}

export type EventEntry = AwardEntry | DeclinedEntry | PendingEntry;
export type Entry =
  | EventEntry
  | ReversalEntry
  | RedemptionEntry
  | RefundEntry
  | ExpiryEntry
  | AdjustmentEntry;

export type DeclinedReason =
  | 'no-rulebook'
  | 'activity-unknown'
  | 'too-late'
  | 'minutes-missing'
  | 'below-minimum'
  | 'not-attested';

export function isEventEntry(entry: Entry | undefined): entry is EventEntry {
  return entry?.kind === 'award' || entry?.kind === 'declined' || entry?.kind === 'pending';
}

type Placed = 'driverId' | 'seq' | 'balance' | 'recordedAt' | 'prevHash' | 'hash';
type Unplaced<T> = T extends Entry ? Omit<T, Placed> : never;

/** An entry as a rule makes it, before it has its place in the driver's chain. */
export type Draft<T extends Entry = Entry> = Unplaced<T>;

/** The permanent names of facts. Ids never hold a `#`. */
export const entryIds = {
  event: (platformId: string, eventId: string) => `award#${platformId}#${eventId}`,
  attestation: (platformId: string, eventId: string) => `attestation#${platformId}#${eventId}`,
  reversal: (platformId: string, eventId: string) => `reversal#${platformId}#${eventId}`,
  redemption: (redemptionId: string) => `redemption#${redemptionId}`,
  refund: (redemptionId: string) => `refund#${redemptionId}`,
  expiry: (driverId: string, lot: Month) => `expiry#${driverId}#${lot}`,
  /** What another entry put into a lot that had expired before. */
  lateExpiry: (cause: string, lot: Month) => `expiry#${cause}#${lot}`,
  adjustment: (adjustmentId: string) => `adjustment#${adjustmentId}`,
};
