import { expect } from 'vitest';
import { awardEvents } from '../../shared/awards/use-cases/award-events.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { sha256 } from '../../shared/kernel/digest.ts';
import { isRefusal, type Refusal } from '../../shared/kernel/refusal.ts';
import { instantOf, toLocalIso } from '../../shared/kernel/time.ts';
import { entryView } from '../../shared/ledger/rules/chain.ts';
import { readAccount } from '../../shared/ledger/store/accounts.ts';
import { wholeHistory } from '../../shared/ledger/store/entries.ts';
import { expirePoints } from '../../shared/ledger/use-cases/expire-points.ts';
import { storeMerchant } from '../../shared/program/use-cases/merchants.ts';
import type { RewardBody } from '../../shared/redemptions/contract/rewards.ts';
import type { Redemption } from '../../shared/redemptions/rules/redemption.ts';
import { codesFrom } from '../../shared/redemptions/store/codes.ts';
import { overdueHolds } from '../../shared/redemptions/store/due-holds.ts';
import { readRedemption } from '../../shared/redemptions/store/redemptions.ts';
import { readStocks } from '../../shared/redemptions/store/stock.ts';
import { cancelRedemption, returnRedemption } from '../../shared/redemptions/use-cases/cancel.ts';
import { confirm } from '../../shared/redemptions/use-cases/confirm.ts';
import { expireRedemption } from '../../shared/redemptions/use-cases/expire.ts';
import { reserve } from '../../shared/redemptions/use-cases/reserve.ts';
import { changeStock, storeReward } from '../../shared/redemptions/use-cases/rewards.ts';
import { wholeStatement } from '../../shared/statements/use-cases/statements.ts';
import { readWallet } from '../../shared/wallet/use-cases/wallet.ts';
import { checkChain } from '../../tools/check-chain.ts';
import { received } from './events.ts';
import { rulebook } from './given.ts';

export const secrets = { 1: 'the first secret of all '.repeat(2), 2: 'the second secret, later '.repeat(2) };

/** A minute of service is a point, without a cap. */
const aPointAMinute = rulebook({
  effectiveFrom: '2020-01-01T00:00:00+08:00',
  monthlyCap: 1_000_000,
  activities: [{ code: 'service', name: '志愿服务', unit: 'hour', points: 60 }],
});

const cup: RewardBody = {
  name: '保温杯',
  kind: 'goods',
  points: 60,
  stockTracked: true,
  holdMinutes: 60,
  outlets: ['station-east'],
};

export interface Till {
  readonly merchantId?: string;
  readonly requestNo?: string;
  readonly amountFen?: number;
}

/** Rewards and who takes them, on the real engine: the use cases as the functions call them, at a time set by hand. */
export class Market {
  now = instantOf('2026-03-10T12:00:00+08:00');
  readonly database: Database;
  codes = codesFrom({ current: '1', ...secrets });
  private earned = 0;

  constructor(database: Database) {
    this.database = database;
  }

  get ports() {
    return { database: this.database, codes: this.codes, now: () => this.now };
  }

  /** As a function whose clock stands elsewhere. */
  portsAt(now: number) {
    return { ...this.ports, now: () => now };
  }

  /** Puts a reward's terms in force: those of a cup at the station, but for the changes. */
  async offer(rewardId: string, changes: Partial<RewardBody> = {}): Promise<void> {
    const terms = { ...cup, ...changes };
    for (const merchantId of terms.outlets) {
      const merchant = { merchantId, name: merchantId, kind: 'station', district: 'donghu' } as const;
      await storeMerchant(this.database, { by: 'city-office', at: this.now }, merchant);
    }
    done(await storeReward(this.database, { by: 'city-office', at: this.now }, rewardId, terms));
  }

  stock(rewardId: string, delta: number, requestNo: string) {
    const auditor = { by: 'city-office', at: this.now };
    return changeStock(this.ports, auditor, rewardId, { requestNo, delta, reason: 'delivery' });
  }

  /** Points of the month of the service, 1 to 1440: just now, unless said. */
  async earn(driverId: string, points: number, eventId?: string, occurredAt = this.now): Promise<void> {
    this.earned += 1;
    const event = received(eventId ?? `${driverId}-earned-${this.earned}`, {
      driverId,
      activity: 'service',
      minutes: points,
      occurredAt: toLocalIso(occurredAt),
    });
    await awardEvents({ ...this.ports, rulebooksFor: async () => [aPointAMinute] }, driverId, [event]);
  }

  reserve(driverId: string, rewardId: string, idempotencyKey: string, ports = this.ports) {
    return reserve(ports, { driverId, rewardId, idempotencyKey });
  }

  async reserved(driverId: string, rewardId: string, idempotencyKey: string): Promise<Redemption> {
    return done(await this.reserve(driverId, rewardId, idempotencyKey));
  }

  codeOf({ seed, codeKey }: Redemption): string {
    const code = this.codes.codeOf(seed, codeKey);
    if (!code) throw new Error(`there is no key ${codeKey}`);
    return code;
  }

  scan(redemption: Redemption, till: Till = {}, ports = this.ports) {
    return this.scanCode(this.codeOf(redemption), till, ports);
  }

  scanCode(code: string, till: Till = {}, ports = this.ports) {
    const { merchantId = 'station-east', requestNo = 'r-1', amountFen } = till;
    return confirm(ports, merchantId, { code, requestNo, amountFen });
  }

  cancel({ redemptionId, driverId }: Redemption, ports = this.ports) {
    return cancelRedemption(ports, redemptionId, driverId);
  }

  giveBack({ redemptionId }: Redemption, till: Till = {}, ports = this.ports) {
    const { merchantId = 'station-east', requestNo = 'b-1' } = till;
    return returnRedemption(ports, redemptionId, { merchantId, requestNo, reason: 'too small' });
  }

  /** What `expire-redemptions` does. */
  async sweepHolds(): Promise<void> {
    for await (const { redemptionId } of overdueHolds(this.database, this.now)) {
      await expireRedemption(this.ports, redemptionId);
    }
  }

  expirePoints(driverId: string): Promise<number> {
    return expirePoints(this.ports, driverId);
  }

  async read({ redemptionId }: Redemption): Promise<Redemption> {
    const redemption = await readRedemption(this.database, redemptionId);
    if (!redemption) throw new Error(`there is no ${redemptionId}`);
    return redemption;
  }

  async wallet(driverId: string) {
    return done(await readWallet(this.database, driverId, this.now));
  }

  async statement(merchantId: string, month: string) {
    return done(await wholeStatement(this.database, merchantId, month));
  }

  /** As it is written down. */
  async stockOf(rewardId: string): Promise<number | undefined> {
    return (await readStocks(this.database, [rewardId])).get(rewardId)?.stock;
  }

  /** A driver's account and entries, which make a chain that anybody may check. */
  async booksOf(driverId: string) {
    const { account } = await readAccount(this.database, driverId);
    const entries = (await wholeHistory(this.database, driverId, account.seq)) ?? [];
    expect(checkChain(driverId, entries.map(entryView), sha256)).toEqual([]);
    return { account, entries };
  }
}

export function done<T>(outcome: T | Refusal): T {
  if (isRefusal(outcome)) throw new Error(`refused: ${outcome.refusal}`);
  return outcome;
}

/** The refusal's word, or the state that came of it. */
export function outcomeOf(outcome: Redemption | Refusal): string {
  return isRefusal(outcome) ? outcome.refusal : outcome.state;
}

export function count(words: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words, word => word)].map(([word, all]) => [word, all.length]));
}
