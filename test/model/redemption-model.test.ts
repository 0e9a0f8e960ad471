import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../shared/dynamo/client.ts';
import { freshDatabase } from '../support/database.ts';
import { runs } from '../support/full.ts';
import { Market } from '../support/market.ts';
import { reconciled } from '../support/reconciling.ts';
import { expectBooks } from './books.ts';
import { anyCommands, sweep } from './commands.ts';
import { Real } from './real.ts';
import { type Terms, World } from './world.ts';

/** A failure prints its seed. SEED=… replays the same commands; RUNS=… sets the number of runs. */
const numRuns = runs(4, 100);
const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
const msPerRun = 20_000;

const start = Date.parse('2026-03-10T12:00:00+08:00');
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let database: Database;
let plays = 0;
beforeAll(async () => {
  database = await freshDatabase();
});

/** The hold times are odd, so that no two reservations expire at the same moment. */
function offered(named: (name: string) => string): Record<string, Terms> {
  const cup: Terms = {
    points: 60,
    stockTracked: true,
    limit: undefined,
    holdMs: 1441 * minuteMs,
    outlets: [named('station-east')],
    minSpendFen: 0,
    subsidyFen: 1500,
    activeFrom: 0,
    activeTo: start + 500 * dayMs,
  };
  const outlets = [named('noodles'), named('station-east')];
  return {
    [named('cup')]: cup,
    [named('lunch')]: {
      ...cup,
      points: 25,
      stockTracked: false,
      limit: 2,
      holdMs: 4447 * minuteMs,
      outlets,
      discount: { percentOff: 33, maxFen: 2000 },
      minSpendFen: 1000,
      activeFrom: start + dayMs / 2,
    },
    [named('voucher')]: {
      ...cup,
      points: 40,
      holdMs: 40_003 * minuteMs,
      outlets,
      discount: { amountFen: 1000 },
    },
  };
}

/** Starts with two drivers who have points, and two pieces of each reward. */
async function startRun(): Promise<{ model: World; real: Real }> {
  plays += 1;
  const play = `p${plays}`;
  const named = (name: string) => `${play}-${name}`;
  const model = new World(start, ['a', 'b'].map(named), offered(named));
  const market = new Market(database);
  market.now = start;
  const real = new Real(market, play);
  for (const driver of model.drivers) {
    await market.earn(driver.name, 100, real.eventId(model.awards.length));
    model.earn(driver, 100, start);
  }
  for (const reward of model.rewards) {
    await real.offer(reward);
    await market.stock(reward.name, 2, 's-0');
    model.putIn(reward, 2, 's-0');
  }
  return { model, real };
}

describe('random sequences of commands with crashes', () => {
  it(
    'keeps points, lots, stock, states, statements and counterparties equal to the model',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyCommands(100), async commands => {
          const { model, real } = await startRun();
          await fc.asyncModelRun(() => ({ model, real }), commands);
          model.pass(60 * dayMs);
          await sweep(model, real);
          await expectBooks(model, real);
        }),
        { numRuns, ...seed },
      );
    },
    60_000 + numRuns * msPerRun,
  );

  it('leaves no difference for the nightly check after all runs', async () => {
    const { differences, view } = await reconciled(database, '2099-01-01T03:30:00+08:00');
    expect(differences).toEqual([]);
    expect(view.checked).toMatchObject({ drivers: 2 * plays, rewards: 3 * plays });
  });
});
