import fc from 'fast-check';
import { expect } from 'vitest';
import { isRefusal } from '../../shared/kernel/refusal.ts';
import { faults } from '../support/faults.ts';
import { outcomeOf } from '../support/market.ts';
import type { Real } from './real.ts';
import type { Hold, State, Terms, World } from './world.ts';

export type Command = fc.AsyncCommand<World, Real, true>;

const secondMs = 1000;
const hourMs = 3600 * secondMs;
const dayMs = 24 * hourMs;

/** A command advances the clock by a second first, so that no two commands happen at the same time. */
function command(
  name: string,
  run: (world: World, real: Real) => Promise<void>,
  isPossible = (_: Readonly<World>) => true,
): Command {
  return {
    check: async world => isPossible(world),
    run: (world, real) => {
      world.pass(secondMs);
      return run(world, real);
    },
    toString: () => name,
  };
}

/** Picks an element: half of the time any, half of the time one of the latest three. */
function pick<T>(all: readonly T[], number: number): T {
  const candidates = number % 2 ? all : all.slice(-3);
  const picked = candidates[number % candidates.length];
  if (picked === undefined) throw new Error('the list to pick from is empty');
  return picked;
}

const nat = fc.nat({ max: 1000 });
const hasHolds = ({ holds }: Readonly<World>) => holds.length > 0;

const earn = fc
  .record({ who: nat, points: fc.integer({ min: 1, max: 200 }), daysAgo: fc.nat({ max: 58 }) })
  .map(({ who, points, daysAgo }) =>
    command(`earn(${who}, ${points}, ${daysAgo} days ago)`, async (world, real) => {
      const driver = pick(world.drivers, who);
      const occurredAt = world.now - daysAgo * dayMs;
      const eventId = real.eventId(world.awards.length);
      await real.does(world, () => real.market.earn(driver.name, points, eventId, occurredAt));
      world.earn(driver, points, occurredAt);
      await real.expectWallet(world, driver);
    }),
  );

const reverse = nat.map(which =>
  command(
    `reverse(${which})`,
    async (world, real) => {
      const award = pick(world.awards, which);
      const receipt = await real.does(world, () => real.reverse(world.awards.indexOf(award)));
      expect(isRefusal(receipt) ? receipt.refusal : receipt.status).toBe(world.reverse(award));
      await real.expectWallet(world, award.driver);
    },
    ({ awards }) => awards.length > 0,
  ),
);

const reserve = fc.record({ who: nat, what: nat, key: fc.nat({ max: 25 }) }).map(({ who, what, key }) =>
  command(`reserve(${who}, ${what}, key ${key})`, async (world, real) => {
    const driver = pick(world.drivers, who);
    const reward = pick(world.rewards, what);
    const made = await real.does(world, () => real.market.reserve(driver.name, reward.name, `k-${key}`));
    const known = world.holdsOf(driver).find(hold => hold.key === `k-${key}`);
    if (known?.reward === reward) {
      expect(made).toMatchObject({ redemptionId: real.of(world, known).redemptionId });
    } else if (known) {
      expect(outcomeOf(made)).toBe('idempotency-key-reused');
    } else if (isRefusal(made)) {
      expect(world.refusals(driver, reward)).toContain(made.refusal);
    } else {
      expect(world.refusals(driver, reward)).toEqual([]);
      const hold = world.reserve(driver, reward, `k-${key}`);
      real.redemptions.push(made);
      await real.expectHold(world, hold);
    }
    await real.expectWallet(world, driver);
    await real.expectStock(world, reward);
  }),
);

/**
 * A command on a redemption, usually one in the state `mostly`. Afterwards the redemption, its wallet and its stock must
 * equal the model.
 */
function onHold(
  name: string,
  mostly: State,
  which: number,
  run: (world: World, real: Real, hold: Hold) => Promise<readonly [actual: string, expected: string]>,
): Command {
  return command(
    `${name} of ${which}`,
    async (world, real) => {
      const preferred = world.holds.filter(({ state }) => state === mostly);
      const hold = pick(which % 4 && preferred.length > 0 ? preferred : world.holds, which);
      const [actual, expected] = await run(world, real, hold);
      // The limit on guessing codes is not part of the model.
      expect(actual === 'slow-down' ? 'code-unknown' : actual).toBe(expected);
      await real.expectHold(world, hold);
      await real.expectWallet(world, hold.driver);
      await real.expectStock(world, hold.reward);
    },
    hasHolds,
  );
}

/** Scans happen mostly at the right outlet and with the same request number, so that many are repeats. */
const till = {
  which: nat,
  where: fc.constantFrom('there', 'there', 'there', 'there', 'at another outlet', 'elsewhere'),
  requestNo: fc.constantFrom('r-1', 'r-1', 'r-1', 'r-2'),
};
const amounts = fc.constantFrom(undefined, 0, 999, 1000, 1001, 7777, 99_999_999, 100_000_000);

function merchantFor({ confirmation, terms }: Hold, where: string, play: string): string {
  if (where === 'elsewhere') return `${play}-elsewhere`;
  const there = confirmation?.merchant ?? terms.outlets[0] ?? '';
  return where === 'there' ? there : (terms.outlets.find(outlet => outlet !== there) ?? there);
}

const scan = fc.record({ ...till, amountFen: amounts }).map(({ which, where, requestNo, amountFen }) =>
  onHold(`scan(${where}, ${requestNo}, ${amountFen})`, 'reserved', which, async (world, real, hold) => {
    const merchantId = merchantFor(hold, where, real.play);
    const redemption = real.of(world, hold);
    const at = { merchantId, requestNo, ...(amountFen === undefined ? {} : { amountFen }) };
    const actual = await real.does(world, () => real.market.scan(redemption, at));
    // The model expects 'confirmed' for a repeat, even when the redemption has been returned since.
    const outcome = !isRefusal(actual) && actual.state === 'returned' ? 'confirmed' : outcomeOf(actual);
    return [outcome, world.scan(hold, merchantId, requestNo, amountFen)];
  }),
);

const cancel = nat.map(which =>
  onHold('cancel', 'reserved', which, async (world, real, hold) => {
    const actual = await real.does(world, () => real.market.cancel(real.of(world, hold)));
    return [outcomeOf(actual), world.cancel(hold)];
  }),
);

const takeBack = fc.record(till).map(({ which, where, requestNo }) =>
  onHold(`takeBack(${where}, ${requestNo})`, 'confirmed', which, async (world, real, hold) => {
    const merchantId = merchantFor(hold, where, real.play);
    const at = { merchantId, requestNo };
    const actual = await real.does(world, () => real.market.giveBack(real.of(world, hold), at));
    return [outcomeOf(actual), world.takeBack(hold, merchantId, requestNo)];
  }),
);

const someTime = fc.constantFrom(hourMs / 6, hourMs, dayMs / 2, dayMs, 7 * dayMs, 33 * dayMs, 200 * dayMs);
const pass = fc.record({ ms: someTime, sweeps: fc.boolean() }).map(({ ms, sweeps }) =>
  command(`pass(${ms / hourMs} hours${sweeps ? ' and sweep' : ''})`, async (world, real) => {
    world.pass(ms);
    if (sweeps) await sweep(world, real);
    for (const driver of world.drivers) await real.expectWallet(world, driver);
    for (const reward of world.rewards) await real.expectStock(world, reward);
  }),
);

export async function sweep(world: World, real: Real): Promise<void> {
  await real.does(world, () => real.market.sweepHolds());
  await real.does(world, () => real.sweepPoints());
  expect(world.overdue()).toEqual([]);
}

const putIn = fc
  .record({ what: nat, delta: fc.constantFrom(-2, -1, 1, 2, 3), requestNo: fc.nat({ max: 30 }) })
  .map(({ what, delta, requestNo }) =>
    command(`putIn(${what}, ${delta}, ${requestNo})`, async (world, real) => {
      const reward = pick(world.rewards, what);
      const name = `s-${requestNo}`;
      const outcome = await real.does(world, () => real.market.stock(reward.name, delta, name));
      expect('refusal' in outcome ? outcome.refusal : 'done').toBe(world.putIn(reward, delta, name));
      await real.expectStock(world, reward);
    }),
  );

const terms: fc.Arbitrary<Partial<Terms>> = fc.oneof(
  fc.record({ points: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ stockTracked: fc.boolean() }),
  fc.record({ limit: fc.constantFrom(undefined, 1, 2) }),
  fc.record({ subsidyFen: fc.nat({ max: 5000 }) }),
  fc.record({ minSpendFen: fc.constantFrom(0, 1000, 1001) }),
);
const offer = fc.record({ what: nat, terms }).map(({ what, terms: changes }) =>
  command(`offer(${what}, ${JSON.stringify(changes)})`, async (world, real) => {
    const reward = pick(world.rewards, what);
    reward.terms = { ...reward.terms, ...changes };
    await real.does(world, () => real.offer(reward));
    await real.expectStock(world, reward);
  }),
);

/** The commands, weighted by their frequency. */
const ordinary: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: earn, weight: 4 },
  { arbitrary: reverse, weight: 3 },
  { arbitrary: reserve, weight: 6 },
  { arbitrary: scan, weight: 5 },
  { arbitrary: cancel, weight: 1 },
  { arbitrary: takeBack, weight: 3 },
  { arbitrary: pass, weight: 3 },
  { arbitrary: putIn, weight: 2 },
  { arbitrary: offer, weight: 1 },
);

const crashing = fc
  .record({
    what: ordinary,
    nth: fc.integer({ min: 1, max: 9 }),
    fault: fc.constantFrom(...Object.keys(faults)),
  })
  .map(
    ({ what, nth, fault }): Command => ({
      check: world => what.check(world),
      run: (world, real) =>
        real.crashing(nth, faults[fault as keyof typeof faults], () => what.run(world, real)),
      toString: () => `${what}, whose request number ${nth} ${fault}`,
    }),
  );

export const anyCommands = (maxCommands: number) =>
  fc.commands([ordinary, ordinary, crashing], { maxCommands, size: 'max' });
