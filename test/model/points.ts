/** A driver's points by the month of the service, as the contract defines them. */
export class Purse {
  readonly lots: Map<string, number>;
  debt: number;
  /** Points that expired before they were spent. */
  expired: number;

  constructor({
    lots = new Map(),
    debt = 0,
    expired = 0,
  }: Partial<Pick<Purse, 'lots' | 'debt' | 'expired'>> = {}) {
    this.lots = new Map(lots);
    this.debt = debt;
    this.expired = expired;
  }

  get available(): number {
    return [...this.lots.values()].reduce((sum, points) => sum + points, 0) - this.debt;
  }

  /** Adds points. They pay the debt first; points of an expired month expire at once. */
  bring(lots: ReadonlyMap<string, number>, now: number): void {
    for (const month of [...lots.keys()].sort()) {
      const points = lots.get(month) ?? 0;
      const paid = Math.min(points, this.debt);
      this.debt -= paid;
      if (points > paid) this.lots.set(month, (this.lots.get(month) ?? 0) + points - paid);
    }
    this.age(now);
  }

  /** Expires the points of months that are thirteen or more months ago. */
  age(now: number): void {
    for (const [month, points] of this.lots) {
      if (month >= monthAt(now, -12)) continue;
      this.lots.delete(month);
      this.expired += points;
    }
  }

  /** Takes points, oldest month first; `firstFrom` names a month to take from before all others. */
  take(points: number, firstFrom?: string): { taken: ReadonlyMap<string, number>; missing: number } {
    const months = [...this.lots.keys()].sort();
    const order =
      firstFrom === undefined ? months : [firstFrom, ...months.filter(month => month !== firstFrom)];
    const taken = new Map<string, number>();
    let missing = points;
    for (const month of order) {
      const has = this.lots.get(month) ?? 0;
      const part = Math.min(has, missing);
      if (part === 0) continue;
      taken.set(month, part);
      missing -= part;
      if (part === has) this.lots.delete(month);
      else this.lots.set(month, has - part);
    }
    return { taken, missing };
  }
}

/** The month in Shanghai at an instant, moved by a number of months. */
export function monthAt(instant: number, monthsOn = 0): string {
  const date = new Date(instant + 8 * 3_600_000);
  return monthName(date.getUTCFullYear(), date.getUTCMonth() + monthsOn);
}

/** The instant at which the month's points expire. */
export function expiryOf(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return `${monthName(year, number - 1 + 13)}-01T00:00:00+08:00`;
}

function monthName(year: number, monthIndex: number): string {
  return new Date(Date.UTC(year, monthIndex, 1)).toISOString().slice(0, 7);
}
