import { expect } from 'vitest';
import { reverseAward } from '../../shared/awards/use-cases/receipts.ts';
import { batchGet } from '../../shared/dynamo/batch.ts';
import { addMonths, minuteMs, monthOf, toLocalIso } from '../../shared/kernel/time.ts';
import { entryIds } from '../../shared/ledger/rules/entry.ts';
import { lotLifeMonths } from '../../shared/ledger/rules/lots.ts';
import { driversWithLotsBefore } from '../../shared/ledger/store/accounts.ts';
import type { RewardBody } from '../../shared/redemptions/contract/rewards.ts';
import type { Redemption } from '../../shared/redemptions/rules/redemption.ts';
import { readReward } from '../../shared/redemptions/use-cases/rewards.ts';
import { redemptionView } from '../../shared/redemptions/use-cases/views.ts';
import { type Around, failNth } from '../support/faults.ts';
import { done, type Market } from '../support/market.ts';
import { expiryOf } from './points.ts';
import { type Driver, type Hold, type Reward, settlementOf, type Terms, type World } from './world.ts';

/** The real platform in the model test: executes the commands and compares the results with the model. */
export class Real {
  readonly market: Market;
  /** Prefix of every name, so that many runs can share the tables. */
  readonly play: string;
  /** In the order of the model's holds. */
  readonly redemptions: Redemption[] = [];
  private fault: { readonly nth: number; readonly around: Around } | undefined;

  constructor(market: Market, play: string) {
    this.market = market;
    this.play = play;
  }

  eventId(award: number): string {
    return `${this.play}-e-${award}`;
  }

  /** Injects a fault into the nth request of each step in `work`; the failed step is then repeated. */
  async crashing(nth: number, around: Around, work: () => Promise<void>): Promise<void> {
    this.fault = { nth, around };
    try {
      await work();
    } finally {
      this.fault = undefined;
    }
  }

  /** Executes a step, then tells the model which overdue holds the platform has written as expired meanwhile. */
  async does<T>(world: World, work: () => Promise<T>): Promise<T> {
    this.market.now = world.now;
    const outcome = await this.withFault(work);
    await this.learnExpired(world);
    return outcome;
  }

  private async withFault<T>(work: () => Promise<T>): Promise<T> {
    if (!this.fault) return work();
    const { stop } = failNth(this.market.database, this.fault.nth, this.fault.around);
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('injected')) throw error;
    } finally {
      stop();
    }
    return work();
  }

  /** The platform chooses when it writes an overdue hold as expired, so the model has to look it up. */
  private async learnExpired(world: World): Promise<void> {
    const overdue = world.overdue();
    if (overdue.length === 0) return;
    const holdsByEntry = new Map(
      overdue.map(hold => [entryIds.refund(this.of(world, hold).redemptionId), hold]),
    );
    const found = await batchGet(
      this.market.database,
      [...holdsByEntry.keys()].map(entryId => ({ table: 'ledger', key: { entryId } })),
    );
    const written = found.map(({ item }) => item).sort((a, b) => Number(a.seq) - Number(b.seq));
    for (const { entryId, cause } of written) {
      expect(cause).toBe('expired');
      const hold = holdsByEntry.get(String(entryId));
      if (hold) world.giveBack(hold, 'expired');
    }
  }

  of(world: World, hold: Hold): Redemption {
    const redemption = this.redemptions[world.holds.indexOf(hold)];
    if (!redemption) throw new Error('the platform lacks a redemption of the model');
    return redemption;
  }

  offer(reward: Reward): Promise<void> {
    return this.market.offer(reward.name, bodyOf(reward.terms));
  }

  reverse(award: number) {
    const { database } = this.market;
    return reverseAward(database, () => this.market.now, 'rides', this.eventId(award), 'was not there');
  }

  /** Does what `expire-points` does, for the drivers of this run. */
  async sweepPoints(): Promise<void> {
    const oldestAlive = addMonths(monthOf(this.market.now), 1 - lotLifeMonths);
    for await (const driverId of driversWithLotsBefore(this.market.database, oldestAlive)) {
      if (driverId.startsWith(`${this.play}-`)) await this.market.expirePoints(driverId);
    }
  }

  async expectWallet(world: World, driver: Driver): Promise<void> {
    this.market.now = world.now;
    const purse = world.purseOf(driver);
    const { seq: _, displayName: __, minutes: ___, ...wallet } = await this.market.wallet(driver.name);
    expect(wallet).toEqual({
      driverId: driver.name,
      available: purse.available,
      reserved: world.pointsIn(driver, 'reserved'),
      spent: world.pointsIn(driver, 'confirmed'),
      earned: driver.earned,
      expired: purse.expired,
      expiring: [...purse.lots.keys()]
        .sort()
        .map(month => ({ points: purse.lots.get(month), expiresAt: expiryOf(month) })),
    });
  }

  async expectStock(world: World, reward: Reward): Promise<void> {
    const view = done(await readReward(this.market.database, reward.name, world.now));
    expect(view.stock).toBe(reward.terms.stockTracked ? world.stockOf(reward) : null);
  }

  async expectHold(world: World, hold: Hold): Promise<void> {
    const stored = await this.market.read(this.of(world, hold));
    expect({ ...stored.lots }).toEqual(Object.fromEntries(hold.lots));
    const status = world.stateOf(hold);
    const { confirmation, comeBack } = hold;
    expect(redemptionView(stored, world.now)).toMatchObject({
      driverId: hold.driver.name,
      rewardId: hold.reward.name,
      points: hold.terms.points,
      status,
      expiresAt: toLocalIso(hold.expiresAt),
      ...(confirmation
        ? {
            merchantId: confirmation.merchant,
            confirmedAt: toLocalIso(confirmation.at),
            ...settlementOf(hold),
          }
        : {}),
      ...(comeBack ? { returnedAt: toLocalIso(comeBack.at) } : {}),
    });
  }
}

function bodyOf(terms: Terms): Partial<RewardBody> {
  const { points, stockTracked, limit, holdMs, outlets, discount, minSpendFen, subsidyFen } = terms;
  return {
    kind: discount ? 'discount' : 'goods',
    points,
    stockTracked,
    ...(limit === undefined ? {} : { perDriverMonthlyLimit: limit }),
    holdMinutes: holdMs / minuteMs,
    outlets: [...outlets],
    ...(discount ? { discount: { ...discount, minSpendFen } } : {}),
    subsidyFen,
    activeFrom: toLocalIso(terms.activeFrom),
    activeTo: toLocalIso(terms.activeTo),
  };
}
