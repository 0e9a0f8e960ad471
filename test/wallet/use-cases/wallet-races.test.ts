import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../shared/dynamo/client.ts';
import { dayMs, hourMs, instantOf } from '../../../shared/kernel/time.ts';
import type { Redemption } from '../../../shared/redemptions/rules/redemption.ts';
import { readWallet } from '../../../shared/wallet/use-cases/wallet.ts';
import { engineConfig, freshDatabase } from '../../support/database.ts';
import { intercept, refusedTransaction } from '../../support/faults.ts';
import { done, Market } from '../../support/market.ts';

/** A wallet is several reads: whatever happens between them, the answer is how things stood at one instant. */

const prices = { handedOver: 1, overdue: 2, atHand: 4, other: 8, late: 16 };
type Reward = keyof typeof prices;
const acts = ['earn', 'reserve', 'confirm', 'cancel', 'return', 'sweep'] as const;
type Act = (typeof acts)[number];

let database: Database;
/** On the same tables: what is done through it comes in between and is not held up itself. */
let behind: Database;
let market: Market;
let drivers = 0;
let town: Town;

beforeAll(async () => {
  database = await freshDatabase();
  behind = openDatabase(database.tableName, engineConfig());
  market = new Market(behind);
  for (const [rewardId, points] of Object.entries(prices))
    await market.offer(rewardId, {
      points,
      stockTracked: false,
      holdMinutes: rewardId === 'overdue' ? 60 : 600,
    });
});

/** A driver with a hold of each kind, and by plain sums what the wallet must say. */
class Town {
  readonly driverId: string;
  private readonly held = new Map<Reward, Redemption>();
  private readonly open = new Set<Reward>();
  private readonly used = new Set<Reward>();
  private earned = 1000;
  private seq = 0;
  private unswept = 0;

  constructor(driverId: string) {
    this.driverId = driverId;
  }

  static async settled(): Promise<Town> {
    drivers += 1;
    const made = new Town(`d-${drivers}`);
    const { now } = market;
    await market.earn(made.driverId, 1000);
    made.seq += 1;
    market.now = now - 2 * hourMs;
    for (const reward of ['handedOver', 'atHand', 'other', 'overdue'] as const) await made.reserve(reward);
    market.now = now;
    made.open.delete('overdue'); // by the clock, though nobody has written it down
    made.unswept = 1;
    await made.confirm('handedOver');
    return made;
  }

  get truth() {
    const sum = (rewards: ReadonlySet<Reward>) => [...rewards].reduce((total, one) => total + prices[one], 0);
    const reserved = sum(this.open);
    const spent = sum(this.used);
    return { available: this.earned - reserved - spent, reserved, spent, earned: this.earned, seq: this.seq };
  }

  async act(act: Act): Promise<void> {
    if (act === 'reserve') return this.reserve('late');
    if (act === 'confirm') return this.confirm('atHand');
    if (act === 'sweep') return this.sweep();
    this.seq += 1;
    if (act === 'earn') {
      await market.earn(this.driverId, 500);
      this.earned += 500;
    } else if (act === 'cancel') {
      done(await market.cancel(this.of('other')));
      this.open.delete('other');
    } else {
      done(await market.giveBack(this.of('handedOver')));
      this.used.delete('handedOver');
    }
  }

  private async sweep(): Promise<void> {
    await market.sweepHolds();
    this.seq += this.unswept;
    this.unswept = 0;
  }

  /** What the driver holds past its time goes back first. */
  private async reserve(reward: Reward): Promise<void> {
    this.seq += this.unswept;
    this.unswept = 0;
    this.held.set(reward, await market.reserved(this.driverId, reward, reward));
    this.open.add(reward);
    this.seq += 1;
  }

  private async confirm(reward: Reward): Promise<void> {
    done(await market.scan(this.of(reward)));
    this.open.delete(reward);
    this.used.add(reward);
  }

  private of(reward: Reward): Redemption {
    const redemption = this.held.get(reward);
    if (!redemption) throw new Error(`${reward} is not held`);
    return redemption;
  }
}

beforeEach(async () => {
  market.now = instantOf('2026-03-10T12:00:00+08:00');
  town = await Town.settled();
});

/**
 * Reads the wallet one command after the other, and does before the nth of them what is said for it.
 *
 * @returns the answer, and how things stood at any time meanwhile
 */
async function readAmid(before: ReadonlyMap<number, readonly Act[]>) {
  const truths = [town.truth];
  let commands = 0;
  let last: Promise<unknown> = Promise.resolve();
  const stop = intercept(database, (_, proceed) => {
    const turn = last.then(async () => {
      commands += 1;
      for (const act of before.get(commands) ?? []) {
        await town.act(act);
        truths.push(town.truth);
      }
      return proceed();
    });
    last = turn.catch(() => undefined);
    return turn;
  });
  try {
    const { available, reserved, spent, earned, seq } = await walletNow();
    return { answer: { available, reserved, spent, earned, seq }, truths, commands };
  } finally {
    stop();
  }
}

async function walletNow() {
  return done(await readWallet(database, town.driverId, market.now));
}

describe('a wallet', () => {
  it('says what the plain sums say', async () => {
    for (const act of acts) {
      expect(await walletNow()).toMatchObject(town.truth);
      await town.act(act);
    }
    expect(await walletNow()).toMatchObject(town.truth);
  });

  it.each(acts)('is of one instant, whichever two reads one comes between: %s', async act => {
    const { commands } = await readAmid(new Map());
    for (let place = 1; place <= commands; place += 1) {
      town = await Town.settled();
      const { answer, truths } = await readAmid(new Map([[place, [act]]]));
      expect(truths, `${act} before command ${place}`).toContainEqual(answer);
    }
  });

  it('is of one instant, whatever comes between any of its reads', async () => {
    const placed = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.constantFrom(...acts));
    const plans = fc.uniqueArray(placed, { selector: ([, act]) => act, minLength: 2 });
    await fc.assert(
      fc.asyncProperty(plans, async plan => {
        town = await Town.settled();
        const byPlace = Map.groupBy(plan, ([place]) => place);
        const before = new Map([...byPlace].map(([place, all]) => [place, all.map(([, act]) => act)]));
        const { answer, truths } = await readAmid(before);
        expect(truths).toContainEqual(answer);
      }),
      { numRuns: 15 },
    );
  });

  it('waits for the index to tell of a hold that the account knows of', async () => {
    await town.act('reserve');
    let lagging = 3;
    const stop = intercept(database, async ({ command, input }, proceed) => {
      const result = await proceed();
      if (command !== 'QueryCommand' || input.IndexName !== 'byDriver' || lagging === 0) return result;
      lagging -= 1;
      result.output.Items = (result.output.Items as unknown[]).slice(0, -1);
      return result;
    });
    const wallet = await walletNow();
    stop();
    expect(wallet).toMatchObject(town.truth);
  });

  it('comes again to what a transaction holds just now', async () => {
    let refused = 0;
    const stop = intercept(database, (sent, proceed) => {
      if (sent.command !== 'TransactGetItemsCommand' || refused === 2) return proceed();
      refused += 1;
      return refusedTransaction(['TransactionConflict', 'None'])(sent, proceed);
    });
    const wallet = await walletNow();
    stop();
    expect(refused).toBe(2);
    expect(wallet).toMatchObject(town.truth);
  });

  it('tells what it can where the index never tells all', async () => {
    const stop = intercept(database, async ({ command }, proceed) => {
      const result = await proceed();
      if (command === 'QueryCommand') result.output.Items = [];
      return result;
    });
    const { available = 0, reserved, spent = 0 } = await walletNow();
    stop();
    expect({ reserved, unspentOrSpent: available + spent }).toEqual({ reserved: 0, unspentOrSpent: 1000 });
  });

  it('counts the reservations of the months that the account keeps, and of no other', async () => {
    market.now += 45 * dayMs;
    await town.act('reserve');
    let queries = 0;
    const stop = intercept(database, ({ command }, proceed) => {
      if (command === 'QueryCommand') queries += 1;
      return proceed();
    });
    const { reserved, spent } = await walletNow();
    stop();
    expect({ reserved, spent, queries }).toEqual({
      reserved: prices.late,
      spent: prices.handedOver,
      queries: 2,
    });
  });
});

describe('a driver with more holds than one transaction reads', () => {
  it('has a wallet of one instant too', async () => {
    const driverId = 'd-collector';
    await market.earn(driverId, 1000);
    for (let n = 0; n < 105; n += 1) await market.reserved(driverId, 'handedOver', `k-${n}`);
    let transactions = 0;
    const stop = intercept(database, async ({ command }, proceed) => {
      if (command === 'TransactGetItemsCommand') transactions += 1;
      if (transactions === 2) await market.reserved(driverId, 'other', 'k');
      return proceed();
    });
    const { available, reserved, seq } = done(await readWallet(database, driverId, market.now));
    stop();
    expect({ available, reserved, seq }).toEqual({ available: 887, reserved: 113, seq: 107 });
    expect(transactions).toBe(4);
  });
});
