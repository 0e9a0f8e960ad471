import { monthAt, Purse } from './points.ts';

/**
 * A sequential in-memory model of redemptions as the contract defines them. It imports nothing from shared/, so that the
 * model and the platform are unlikely to have the same bug.
 */

export interface Terms {
  readonly points: number;
  readonly stockTracked: boolean;
  readonly limit: number | undefined;
  readonly holdMs: number;
  readonly outlets: readonly string[];
  readonly discount?:
    | { readonly amountFen: number }
    | { readonly percentOff: number; readonly maxFen: number };
  readonly minSpendFen: number;
  readonly subsidyFen: number;
  /** The reward is active from `activeFrom` until before `activeTo`. */
  readonly activeFrom: number;
  readonly activeTo: number;
}

export interface Driver {
  readonly name: string;
  readonly purse: Purse;
  earned: number;
}

export interface Award {
  readonly driver: Driver;
  readonly points: number;
  readonly occurredAt: number;
  reversed: boolean;
}

export interface Reward {
  readonly name: string;
  terms: Terms;
  putIn: number;
  readonly requests: Set<string>;
}

export type State = 'reserved' | 'confirmed' | 'returned' | 'cancelled' | 'expired';

export interface Hold {
  readonly driver: Driver;
  readonly reward: Reward;
  readonly key: string;
  /** The reward's terms at the time of the reservation. */
  readonly terms: Terms;
  readonly lots: ReadonlyMap<string, number>;
  readonly reservedAt: number;
  readonly expiresAt: number;
  /** The stored state. An overdue hold may still be stored as `reserved`. */
  state: State;
  confirmation?: {
    readonly merchant: string;
    readonly requestNo: string;
    readonly amountFen: number | undefined;
    readonly at: number;
  };
  comeBack?: { readonly requestNo: string; readonly at: number };
}

const dayMs = 24 * 3_600_000;
const returnMs = 7 * dayMs;
const reversalMs = 180 * dayMs;

export class World {
  now: number;
  readonly drivers: readonly Driver[];
  readonly rewards: readonly Reward[];
  readonly holds: Hold[] = [];
  readonly awards: Award[] = [];

  constructor(now: number, drivers: readonly string[], rewards: Readonly<Record<string, Terms>>) {
    this.now = now;
    this.drivers = drivers.map(name => ({ name, purse: new Purse(), earned: 0 }));
    const offered = Object.entries(rewards);
    this.rewards = offered.map(([name, terms]) => ({ name, terms, putIn: 0, requests: new Set() }));
  }

  /** Advances the clock. Points expire at once by the clock, before any sweep. */
  pass(ms: number): void {
    this.now += ms;
    for (const { purse } of this.drivers) purse.age(this.now);
  }

  earn(driver: Driver, points: number, occurredAt: number): void {
    this.awards.push({ driver, points, occurredAt, reversed: false });
    driver.earned += points;
    driver.purse.bring(new Map([[monthAt(occurredAt), points]]), this.now);
  }

  reverse(award: Award): string {
    if (award.reversed) return 'reversed';
    if (this.now - award.occurredAt > reversalMs) return 'too-late';
    award.reversed = true;
    const { driver, points, occurredAt } = award;
    driver.earned -= points;
    driver.purse.debt += driver.purse.take(points, monthAt(occurredAt)).missing;
    return 'reversed';
  }

  /** All reasons to refuse a reservation. The contract does not define which one is reported. */
  refusals(driver: Driver, reward: Reward): string[] {
    const { points, limit, stockTracked, activeFrom, activeTo } = reward.terms;
    const month = monthAt(this.now);
    const counted = this.holdsOf(driver).filter(
      hold =>
        hold.reward === reward &&
        monthAt(hold.reservedAt) === month &&
        !['cancelled', 'expired'].includes(this.stateOf(hold)),
    );
    return [
      ...(activeFrom <= this.now && this.now < activeTo ? [] : ['reward-inactive']),
      ...(limit !== undefined && counted.length >= limit ? ['limit-reached'] : []),
      ...(this.purseOf(driver).available < points ? ['insufficient-points'] : []),
      ...(stockTracked && this.stockOf(reward) < 1 ? ['out-of-stock'] : []),
    ];
  }

  /** Reserves a reward. Takes the points that expire first, after overdue holds have been refunded. */
  reserve(driver: Driver, reward: Reward, key: string): Hold {
    for (const hold of this.overdue(driver)) this.giveBack(hold, 'expired');
    const { terms } = reward;
    const { taken: lots } = driver.purse.take(terms.points);
    const times = { reservedAt: this.now, expiresAt: this.now + terms.holdMs };
    const hold: Hold = { driver, reward, key, terms, lots, ...times, state: 'reserved' };
    this.holds.push(hold);
    return hold;
  }

  scan(hold: Hold, merchant: string, requestNo: string, amountFen: number | undefined): string {
    const { terms, confirmation } = hold;
    if (!terms.outlets.includes(merchant)) return 'code-unknown';
    if (confirmation) {
      const isRepeat = confirmation.merchant === merchant && confirmation.requestNo === requestNo;
      return isRepeat ? 'confirmed' : 'already-confirmed';
    }
    const state = this.stateOf(hold);
    if (state === 'cancelled') return 'already-cancelled';
    if (state === 'expired') return 'redemption-expired';
    if (terms.discount && amountFen === undefined) return 'invalid';
    if (terms.discount && (amountFen ?? 0) < terms.minSpendFen) return 'below-min-spend';
    hold.state = 'confirmed';
    hold.confirmation = { merchant, requestNo, amountFen, at: this.now };
    return 'confirmed';
  }

  cancel(hold: Hold): string {
    const state = this.stateOf(hold);
    if (state === 'expired') return 'redemption-expired';
    if (hold.confirmation) return 'already-confirmed';
    if (state === 'reserved') this.giveBack(hold, 'cancelled');
    return 'cancelled';
  }

  takeBack(hold: Hold, merchant: string, requestNo: string): string {
    const { confirmation, comeBack } = hold;
    if (confirmation?.merchant !== merchant) return 'not-found';
    if (comeBack) return comeBack.requestNo === requestNo ? 'returned' : 'already-returned';
    if (this.now - confirmation.at > returnMs) return 'return-period-over';
    this.giveBack(hold, 'returned');
    hold.comeBack = { requestNo, at: this.now };
    return 'returned';
  }

  giveBack(hold: Hold, state: State): void {
    hold.state = state;
    hold.driver.purse.bring(hold.lots, this.now);
  }

  /** An organizer changes the stock. Pieces of overdue holds count only once their expiry is stored. */
  putIn(reward: Reward, delta: number, requestNo: string): string {
    if (reward.requests.has(requestNo)) return 'done';
    const notStored = this.overdue().filter(hold => hasPieceOf(hold, reward)).length;
    if (this.stockOf(reward) - notStored + delta < 0) return 'out-of-stock';
    reward.requests.add(requestNo);
    reward.putIn += delta;
    return 'done';
  }

  stateOf(hold: Hold): State {
    return hold.state === 'reserved' && this.now >= hold.expiresAt ? 'expired' : hold.state;
  }

  /** Holds that have expired by the clock but are still stored as `reserved`, in the order of expiry. */
  overdue(driver?: Driver): Hold[] {
    return (driver ? this.holdsOf(driver) : this.holds)
      .filter(hold => hold.state === 'reserved' && this.stateOf(hold) === 'expired')
      .sort((a, b) => a.expiresAt - b.expiresAt);
  }

  holdsOf(driver: Driver): Hold[] {
    return this.holds.filter(hold => hold.driver === driver);
  }

  stockOf(reward: Reward): number {
    const held = this.holds.filter(hold => hasPieceOf(hold, reward));
    const out = held.filter(hold => ['reserved', 'confirmed'].includes(this.stateOf(hold)));
    return reward.putIn - out.length;
  }

  /** The driver's points by the clock, with overdue holds refunded. */
  purseOf(driver: Driver): Purse {
    const purse = new Purse(driver.purse);
    for (const hold of this.overdue(driver)) purse.bring(hold.lots, this.now);
    return purse;
  }

  /** Points of the driver's redemptions that are in this state by the clock. */
  pointsIn(driver: Driver, state: State): number {
    const holds = this.holdsOf(driver).filter(hold => this.stateOf(hold) === state);
    return holds.reduce((sum, { terms }) => sum + terms.points, 0);
  }
}

/** The discount in whole fen, never more than the amount spent. */
export function settlementOf({ terms, confirmation }: Hold): { discountFen: number; subsidyFen: number } {
  const { discount, subsidyFen } = terms;
  const amountFen = confirmation?.amountFen ?? 0;
  if (!discount) return { discountFen: 0, subsidyFen };
  if ('amountFen' in discount) return { discountFen: Math.min(discount.amountFen, amountFen), subsidyFen };
  const share = Number((BigInt(amountFen) * BigInt(discount.percentOff)) / 100n);
  return { discountFen: Math.min(share, discount.maxFen), subsidyFen };
}

function hasPieceOf(hold: Hold, reward: Reward): boolean {
  return hold.reward === reward && hold.terms.stockTracked;
}
