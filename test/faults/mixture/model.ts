/** An independent model of the rules in world.ts: it computes the expected state from what was sent. */

export interface SentEvent {
  readonly eventId: string;
  readonly activity: 'rescue' | 'guidance' | 'report';
  readonly minutes: number;
  /** Day of March. */
  readonly day: number;
}

export interface Held {
  readonly rewardId: string;
  readonly merchantId: string;
  readonly points: number;
  readonly subsidyFen: number;
  state: 'reserved' | 'confirmed' | 'cancelled' | 'returned' | 'expired';
}

/** Everything that was done for one driver. */
export class DriverModel {
  readonly driverId: string;
  readonly events = new Map<string, SentEvent>();
  readonly reversed = new Set<string>();
  readonly redemptions = new Map<string, Held>();
  adjusted = 0;
  /** Points of March that were not spent before they expired. */
  expired = 0;

  constructor(driverId: string) {
    this.driverId = driverId;
  }

  get minutes(): number {
    return sum([...this.events.values()].map(({ minutes }) => minutes));
  }

  get score(): number {
    const groups = Map.groupBy(this.events.values(), ({ activity, day }) => `${activity} ${day}`);
    const earned = [...groups.values()].map(group => Math.min(sum(group.map(wantedOf)), capOf(group)));
    return sum(earned) - rescuePoints * this.reversed.size;
  }

  get reserved(): number {
    return this.#held('reserved');
  }

  get available(): number {
    return this.score + this.adjusted - this.#held('reserved', 'confirmed') - this.expired;
  }

  /** All open holds expire, and their points return. */
  expireHolds(): void {
    for (const held of this.redemptions.values()) if (held.state === 'reserved') held.state = 'expired';
  }

  /** The remaining points expire; a debt stays. */
  expirePoints(): void {
    this.expired += Math.max(0, this.available);
  }

  #held(...states: Held['state'][]): number {
    const held = [...this.redemptions.values()].filter(({ state }) => states.includes(state));
    return sum(held.map(({ points }) => points));
  }
}

export const rescuePoints = 100;

function wantedOf({ activity, minutes }: SentEvent): number {
  if (activity === 'rescue') return rescuePoints;
  return activity === 'report' ? 5 : Math.floor((20 * minutes) / 60);
}

function capOf([first]: readonly SentEvent[]): number {
  if (first?.activity === 'rescue') return Number.POSITIVE_INFINITY;
  return first?.activity === 'report' ? 12 : 80;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
