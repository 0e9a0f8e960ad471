import type { Month } from '../../kernel/time.ts';
import type { LotChanges } from './lots.ts';

/**
 * The fields that all entries share. An entry is written once and never changed. Its `entryId` names the fact that it
 * records, so that one fact cannot have two entries.
 */
interface Recorded {
  readonly entryId: string;
  readonly driverId: string;
  /** The driver's sequence number: 1, 2, 3, …, without gaps. */
  readonly seq: number;
  /** Signed change of the balance. The counterparty's balance changes by the negative. */
  readonly points: number;
  /** The sum of `points` over this entry and all earlier ones. */
  readonly balance: number;
  /** Signed change of the volunteer time, in minutes. */
  readonly minutes: number;
  /** Signed changes of the lots. `points` = the sum of `lots` − `debt`. */
  readonly lots: LotChanges;
  /** Signed change of the debt. */
  readonly debt: number;
  /** Where the points came from or went to. Over all drivers and counterparties, points sum to zero. */
  readonly counterparty: string;
  readonly reason: string | null;
  /** When the fact happened: ISO 8601, in the sender's own notation if it came from outside. */
  readonly occurredAt: string;
  /** When it was decided: ISO 8601, local time. */
  readonly recordedAt: string;
  readonly prevHash: string;
  readonly hash: string;
}

/** Additional fields of an entry for a volunteer event. */
export interface EventFacts {
  readonly platformId: string;
  readonly eventId: string;
  readonly activity: string;
  readonly wanted: number;
  readonly granted: number;
  readonly rulebookVersion: number | null;
  readonly campaignId: string | null;
  /** The month whose ranking it counts for; null if that month was closed already, or if nothing was awarded. */
  readonly rankingMonth: Month | null;
  readonly receivedAt: string;
  /** Digest of the event's content, which distinguishes a repeat from a conflict. */
  readonly fingerprint: string;
}

/** If `granted` is below `wanted`, `reason` names the cap. An event with `granted` 0 counts as capped. */
export interface AwardEntry extends Recorded, EventFacts {
  readonly kind: 'award';
}

/** An event that earned nothing, recorded so that it has a receipt. */
export interface DeclinedEntry extends Recorded, EventFacts {
  readonly kind: 'declined';
  readonly reason: DeclinedReason;
  /** How its attestation ended, if the event had been pending. */
  readonly attestation?: 'refused' | 'lapsed' | undefined;
}

/** An event that earns nothing until it is attested. The attestation has an entry of its own. */
export interface PendingEntry extends Recorded, EventFacts {
  readonly kind: 'pending';
  /** Minutes as sent. They count once the event is confirmed. */
  readonly claimedMinutes: number | null;
}

export interface ReversalEntry extends Recorded {
  readonly kind: 'reversal';
  readonly platformId: string;
  readonly eventId: string;
  readonly activity: string;
  /** The ranking month of the reversed award, closed or not. */
  readonly rankingMonth: Month | null;
}

/** Points held for a reward. */
export interface RedemptionEntry extends Recorded {
  readonly kind: 'redemption';
  readonly redemptionId: string;
  readonly rewardId: string;
}

/** Points returned to the lots that they came from. */
export interface RefundEntry extends Recorded {
  readonly kind: 'refund';
  readonly redemptionId: string;
  readonly rewardId: string;
  readonly cause: 'cancelled' | 'expired' | 'returned';
  /** The month in which the reservation counted against the driver's limit. */
  readonly reservedMonth: Month;
}

/** The rest of a lot that expired after thirteen months. */
export interface ExpiryEntry extends Recorded {
  readonly kind: 'expiry';
  readonly lot: Month;
}

/** Points that organizers gave or took manually. */
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

/** An entry as a decision returns it, before `append` places it in the driver's chain. */
export type Draft<T extends Entry = Entry> = Unplaced<T>;

/** The permanent names of facts. Ids never contain `#`. */
export const entryIds = {
  event: (platformId: string, eventId: string) => `award#${platformId}#${eventId}`,
  attestation: (platformId: string, eventId: string) => `attestation#${platformId}#${eventId}`,
  reversal: (platformId: string, eventId: string) => `reversal#${platformId}#${eventId}`,
  redemption: (redemptionId: string) => `redemption#${redemptionId}`,
  refund: (redemptionId: string) => `refund#${redemptionId}`,
  expiry: (driverId: string, lot: Month) => `expiry#${driverId}#${lot}`,
  /** Expires what another entry credited to a lot that had expired before. */
  lateExpiry: (cause: string, lot: Month) => `expiry#${cause}#${lot}`,
  adjustment: (adjustmentId: string) => `adjustment#${adjustmentId}`,
};
