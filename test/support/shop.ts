import { awardEvents } from '../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { sha256 } from '../../shared/kernel/digest.ts';
import { isRefusal } from '../../shared/kernel/refusal.ts';
import { hourMs, instantOf, monthOf, toLocalIso } from '../../shared/kernel/time.ts';
import { append } from '../../shared/ledger/rules/chain.ts';
import { negated } from '../../shared/ledger/rules/lots.ts';
import { commit, load } from '../../shared/ledger/store/ledger.ts';
import {
  type Redemption,
  type Reserved,
  type Step,
  steps,
} from '../../shared/redemptions/rules/redemption.ts';
import { decideRefund } from '../../shared/redemptions/rules/refund.ts';
import { decideReserve, type RewardTerms } from '../../shared/redemptions/rules/reserve.ts';
import {
  confirmRedemption,
  endRedemption,
  merchantMonthKey,
  outletMark,
  putReservation,
  readRedemption,
} from '../../shared/redemptions/store/redemptions.ts';
import { replaceTerms } from '../../shared/redemptions/store/rewards.ts';
import {
  adjustStock,
  giveBackToStock,
  readStocks,
  takeFromStock,
} from '../../shared/redemptions/store/stock.ts';
import { portsAt, received } from './events.ts';

const merchantId = 'station-east';
const holdMs = 24 * hourMs;

/** One reward, `cup`, at one station: what the stores make of reservations and their ends. */
export class Shop {
  now = '2026-03-10T12:00:00+08:00';
  readonly database: Database;
  readonly terms: RewardTerms = {
    rewardId: 'cup',
    version: 1,
    name: '保温杯',
    kind: 'goods',
    points: 30,
    stockTracked: true,
    holdMinutes: 1440,
    outlets: [merchantId],
  };

  constructor(database: Database) {
    this.database = database;
  }

  /** The reward with this many pieces, and a driver with 100 points for each name. */
  async open(pieces: number, drivers: readonly string[]): Promise<void> {
    await replaceTerms(this.database, this.terms);
    await this.stock('first', pieces);
    for (const driverId of drivers) {
      const event = received(`${driverId}-event`, { driverId, activity: 'rescue' });
      await awardEvents(portsAt(this.database, this.now), driverId, [event]);
    }
  }

  /** One more reward, of which there is plenty. */
  async offer(terms: RewardTerms): Promise<void> {
    await replaceTerms(this.database, terms);
  }

  async stock(requestNo: string, delta: number): Promise<void> {
    const adjustment = {
      rewardId: 'cup',
      requestNo,
      delta,
      reason: 'delivery',
      recordedAt: this.localNow,
    };
    const stock = (await readStocks(this.database, ['cup'])).get('cup')?.stock ?? 0;
    const outcome = await adjustStock(this.database, adjustment, stock);
    if (outcome !== 'done') throw new Error(`the stock was not adjusted: ${outcome}`);
  }

  async reserve(driverId: string, redemptionId: string): Promise<void> {
    const now = instantOf(this.now);
    const { record } = await load(this.database, driverId);
    const drafts = decideReserve(record.account, { redemptionId, terms: this.terms }, now);
    if (isRefusal(drafts)) throw new Error(drafts.refusal);
    const { rewardId, version: rewardVersion, points, stockTracked } = this.terms;
    const reserved: Reserved = {
      state: 'reserved',
      redemptionId,
      driverId,
      rewardId,
      rewardVersion,
      points,
      lots: negated(drafts[0].lots),
      stockTracked,
      outlets: [outletMark(merchantId)],
      subsidyFen: 0,
      seed: 'seed',
      codeKey: 'key-1',
      reservedAt: toLocalIso(now),
      expiresAt: toLocalIso(now + holdMs),
    };
    const outcome = await commit<unknown>(this.database, {
      before: record,
      appended: append(record.account, drafts, now, sha256),
      extraWrites: [putReservation(this.database, reserved), takeFromStock(this.database, this.terms)],
    });
    if (!outcome.done) throw new Error(`${redemptionId} was not reserved`);
  }

  async confirm(redemptionId: string): Promise<void> {
    const scan = { merchantId, outletMark: outletMark(merchantId), requestNo: redemptionId };
    const { verdict } = await confirmRedemption(this.database, redemptionId, scan, instantOf(this.now));
    if (verdict !== 'due') throw new Error('it was not confirmed');
  }

  cancel(redemptionId: string): Promise<void> {
    return this.end(redemptionId, steps.cancel, 'cancelled', { cancelledAt: this.localNow });
  }

  expire(redemptionId: string): Promise<void> {
    return this.end(redemptionId, steps.expire, 'expired', { expiredAt: this.localNow });
  }

  giveBack(redemptionId: string): Promise<void> {
    const returnedKey = merchantMonthKey(merchantId, monthOf(instantOf(this.now)));
    const facts = { returnedAt: this.localNow, returnRequestNo: 'r-1', returnedKey };
    return this.end(redemptionId, steps.return, 'returned', facts);
  }

  private get localNow(): string {
    return toLocalIso(instantOf(this.now));
  }

  private async end(
    redemptionId: string,
    step: Step,
    cause: 'cancelled' | 'expired' | 'returned',
    facts: Record<string, string>,
  ): Promise<void> {
    const redemption: Redemption | undefined = await readRedemption(this.database, redemptionId);
    if (!redemption) throw new Error(`there is no ${redemptionId}`);
    const now = instantOf(this.now);
    const { record } = await load(this.database, redemption.driverId);
    const drafts = decideRefund(record.account, { redemption, cause }, now);
    const outcome = await commit(this.database, {
      before: record,
      appended: append(record.account, drafts, now, sha256),
      extraWrites: [
        endRedemption(this.database, redemption, step, facts, now),
        giveBackToStock(this.database, redemption.rewardId),
      ],
    });
    if (!outcome.done) throw new Error(`${redemptionId} was not ${cause}`);
  }
}
