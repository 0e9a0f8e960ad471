import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rulebook } from '../../../shared/awards/rules/rulebook.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { dayMs, dayOf, hourMs, instantOf, monthOf, toLocalIso } from '../../../shared/kernel/time.ts';
import {
  evolve,
  foldCapUse,
  foldStanding,
  keepsCapUse,
  keepsStanding,
} from '../../../shared/ledger/rules/account.ts';
import { entryView } from '../../../shared/ledger/rules/chain.ts';
import type { AwardEntry, Entry } from '../../../shared/ledger/rules/entry.ts';
import { total, unexpired } from '../../../shared/ledger/rules/lots.ts';
import { checkChain } from '../../../tools/check-chain.ts';
import {
  type Driver,
  event,
  expiry,
  happens,
  newDriver,
  reversal,
  rulebook,
  type Step,
  spending,
} from '../../support/given.ts';

/** Whatever happens to a driver, in whatever order. */

const start = instantOf('2026-02-25T00:00:00+08:00');
const second = rulebook({
  version: 2,
  effectiveFrom: '2026-02-27T00:00:00+08:00',
  activities: rulebook().activities.map(activity => ({ ...activity, points: activity.points + 3 })),
});
const rulebooks = [rulebook(), second];
const uncapped = rulebooks.map(
  (book): Rulebook => ({
    ...book,
    monthlyCap: 1_000_000,
    activities: book.activities.map(({ dailyCap: _, ...activity }) => activity),
  }),
);

const acts = fc
  .array(
    fc.record({
      activity: fc.constantFrom('guidance', 'guidance', 'report', 'rescue', 'singing'),
      minutes: fc.option(fc.integer({ min: 1, max: 240 }), { nil: undefined }),
      /** Seven days around a month's end, by the hour, in several offsets. */
      hour: fc.nat({ max: 7 * 24 - 1 }),
      utc: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map(all =>
    all.map(({ activity, minutes, hour, utc }, index) => {
      const instant = start + hour * hourMs;
      const occurredAt = utc ? new Date(instant).toISOString() : toLocalIso(instant);
      return { eventId: `e-${index}`, activity, minutes, occurredAt, at: '2026-03-10T12:00:00+08:00' };
    }),
  );
type Act = (typeof acts extends fc.Arbitrary<infer T> ? T : never)[number];

function awardsOf({ entries }: Driver): AwardEntry[] {
  return entries.filter(entry => entry.kind === 'award');
}

function worked(events: readonly Act[], books = rulebooks): Driver {
  return events.map(one => event({ ...one, rulebooks: books })).reduce(happens, newDriver());
}

function sumBy<T>(all: readonly T[], keyOf: (one: T) => string, numberOf: (one: T) => number) {
  const sums: Record<string, number> = {};
  for (const one of all) sums[keyOf(one)] = (sums[keyOf(one)] ?? 0) + numberOf(one);
  return sums;
}

const dayKey = (entry: AwardEntry) => `${entry.activity} ${dayOf(instantOf(entry.occurredAt))}`;
const monthKey = (entry: AwardEntry) => monthOf(instantOf(entry.occurredAt));

describe('caps', () => {
  it('are never passed, take no hours, and say why', () => {
    fc.assert(
      fc.property(acts, events => {
        const driver = worked(events);
        for (const [key, granted] of Object.entries(
          sumBy(awardsOf(driver), dayKey, ({ granted }) => granted),
        )) {
          const cap =
            rulebook().activities.find(({ code }) => key.startsWith(code))?.dailyCap ?? Number.MAX_VALUE;
          expect(granted).toBeLessThanOrEqual(cap);
        }
        for (const granted of Object.values(sumBy(awardsOf(driver), monthKey, ({ granted }) => granted))) {
          expect(granted).toBeLessThanOrEqual(rulebook().monthlyCap);
        }
        for (const { eventId, wanted, granted, reason, minutes } of awardsOf(driver)) {
          expect(reason === null).toBe(granted === wanted);
          expect(minutes).toBe(events.find(one => one.eventId === eventId)?.minutes ?? 0);
        }
      }),
    );
  });
});

/**
 * What does not hang on the order, as long as a day knows one daily cap and no reversal comes between: who is
 * declined and why, what each event wanted, hours, the points of each month, so also balance, lots and standings;
 * and the points of each activity and day of a month that does not reach its monthly cap. Which event of a full
 * day is cut is decided by the order alone.
 */
describe('the order', () => {
  const shuffled = acts.chain(events =>
    fc.tuple(fc.constant(events), fc.shuffledSubarray([...events], { minLength: events.length })),
  );

  it('decides nothing but which event is cut', () => {
    fc.assert(
      fc.property(shuffled, ([events, others]) => {
        const one = worked(events);
        const other = worked(others);
        expect(timeless(other)).toEqual(timeless(one));
      }),
    );
  });

  it('leaves each month the smaller of its cap and what its days come to', () => {
    fc.assert(
      fc.property(shuffled, ([, events]) => {
        const driver = worked(events);
        const days = sumBy(awardsOf(driver), dayKey, ({ wanted }) => wanted);
        const capped = Object.entries(days).map(([key, wanted]) => {
          const [code, day = ''] = key.split(' ');
          const cap = rulebook().activities.find(activity => activity.code === code)?.dailyCap;
          return { month: day.slice(0, 7), points: Math.min(wanted, cap ?? wanted) };
        });
        const byMonth = sumBy(
          capped,
          ({ month }) => month,
          ({ points }) => points,
        );
        const expected = Object.entries(byMonth).map(([month, points]) => [month, Math.min(points, 300)]);
        expect(sumBy(awardsOf(driver), monthKey, ({ granted }) => granted)).toEqual(
          Object.fromEntries(expected),
        );
      }),
    );
  });

  it('decides nothing at all where no cap is touched, reversals in between included', () => {
    const withReversals = fc.tuple(shuffled, fc.infiniteStream(fc.boolean()));
    fc.assert(
      fc.property(withReversals, ([[events, others], coins]) => {
        const reversed = new Set(events.filter(() => coins.next().value).map(({ eventId }) => eventId));
        const at = '2026-03-11T12:00:00+08:00';
        const play = (all: readonly Act[], atOnce: boolean) => {
          const awarded = new Set(awardsOf(worked(all, uncapped)).map(({ eventId }) => eventId));
          const back = all.filter(({ eventId }) => reversed.has(eventId) && awarded.has(eventId));
          const take = ({ eventId }: Act) => reversal(eventId, at);
          const steps = atOnce
            ? all.flatMap(one => [
                event({ ...one, rulebooks: uncapped }),
                ...(back.includes(one) ? [take(one)] : []),
              ])
            : [...all.map(one => event({ ...one, rulebooks: uncapped })), ...back.map(take)];
          const { account } = steps.reduce<Driver>(happens, newDriver());
          const { seq: _, head: __, latestMonth: ___, ...rest } = account;
          return rest;
        };
        expect(play(others, true)).toEqual(play(events, false));
      }),
    );
  });
});

/** All of an outcome that hangs on no order, but for which event of a full day or month was cut. */
function timeless(driver: Driver) {
  const { balance, lots, debt, minutes, earned, standings } = driver.account;
  const months = sumBy(awardsOf(driver), monthKey, ({ granted }) => granted);
  const days = sumBy(
    awardsOf(driver).filter(entry => (months[monthKey(entry)] ?? 0) < rulebook().monthlyCap),
    dayKey,
    ({ granted }) => granted,
  );
  const outcomes = driver.entries.map(entry => {
    if (entry.kind !== 'award' && entry.kind !== 'declined') throw new Error(entry.kind);
    return [entry.eventId, entry.kind, entry.wanted, entry.kind === 'declined' ? entry.reason : null];
  });
  return { balance, lots, debt, minutes, earned, standings, months, days, outcomes: outcomes.sort() };
}

describe('any history', () => {
  const history = fc.array(
    fc.record({
      what: fc.constantFrom('event', 'event', 'reversal', 'spending', 'expiry'),
      hoursLater: fc.nat({ max: 700 }),
      daysAgo: fc.nat({ max: 420 }),
      minutes: fc.integer({ min: 1, max: 300 }),
      monthClosed: fc.boolean(),
      /** Which event is reversed, or how much is spent. */
      pick: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    }),
    { maxLength: 40 },
  );
  type Happening = (typeof history extends fc.Arbitrary<infer T> ? T : never)[number];

  function played(all: readonly Happening[]): Driver {
    let now = instantOf('2027-06-01T00:00:00+08:00');
    return all.reduce((driver, happening, index) => {
      now += happening.hoursLater * hourMs;
      const step = stepOf(driver, happening, `e-${index}`, now);
      return step ? happens(driver, step) : driver;
    }, newDriver());
  }

  /** Only what was awarded is reversed, and once; only what is there is spent. */
  function stepOf(driver: Driver, happening: Happening, eventId: string, now: number): Step | undefined {
    const { what, daysAgo, minutes, monthClosed, pick } = happening;
    const at = toLocalIso(now);
    if (what === 'event') {
      const occurredAt = toLocalIso(now - daysAgo * dayMs);
      return event({ eventId, occurredAt, minutes, monthClosed, at });
    }
    if (what === 'expiry') return expiry(at);
    if (what === 'spending') {
      const points = Math.floor(total(unexpired(driver.account.lots, now)) * pick);
      return points > 0 ? spending(points, at) : undefined;
    }
    const reversed = new Set(driver.entries.map(({ entryId }) => entryId));
    const reversible = awardsOf(driver).filter(
      entry =>
        !reversed.has(`reversal#rides#${entry.eventId}`) && now - instantOf(entry.occurredAt) <= 180 * dayMs,
    );
    const award = reversible[Math.floor(pick * reversible.length)];
    return award && reversal(award.eventId, at);
  }

  const holds = (claim: (driver: Driver) => void) =>
    fc.assert(fc.property(history, happenings => claim(played(happenings))));

  it('has a balance that is the sum of its entries, and its lots less its debt', () => {
    holds(({ account, entries }) => {
      const sum = (numberOf: (entry: Entry) => number) =>
        entries.reduce((all, entry) => all + numberOf(entry), 0);
      expect(account.balance).toBe(sum(({ points }) => points));
      expect(account.balance).toBe(total(account.lots) - account.debt);
      expect(account.minutes).toBe(sum(({ minutes }) => minutes));
      expect(account.balance).toBe(account.earned - account.redeemed - account.expired + account.adjusted);
      expect(Math.min(0, ...Object.values(account.lots), account.debt)).toBe(0);
    });
  });

  it('goes below zero by a reversal alone', () => {
    holds(({ entries }) => {
      for (const [index, { kind, balance }] of entries.entries()) {
        const before = entries[index - 1]?.balance ?? 0;
        if (balance < Math.min(0, before)) expect(kind).toBe('reversal');
      }
    });
  });

  it('is a chain without a gap, in which no name stands twice', () => {
    holds(({ account, entries }) => {
      expect(checkChain('d-1', entries.map(entryView), sha256)).toEqual([]);
      expect(new Set(entries.map(({ entryId }) => entryId)).size).toBe(entries.length);
      expect(account.seq).toBe(entries.length);
    });
  });

  it('folds to the account, and so do standings and cap use of the months that it keeps', () => {
    holds(({ account, entries }) => {
      expect(entries.reduce(evolve, newDriver().account)).toEqual(account);
      const months = new Set(entries.map(({ occurredAt }) => monthOf(instantOf(occurredAt))));
      for (const month of months) {
        if (keepsStanding(account.latestMonth, month) || account.standings[month]) {
          expect(account.standings[month] ?? { score: 0, minutes: 0 }).toEqual(foldStanding(entries, month));
        }
        if (keepsCapUse(account.latestMonth, month)) {
          expect(account.capUse[month] ?? {}).toEqual(foldCapUse(entries, month));
        } else expect(account.capUse).not.toHaveProperty(month);
      }
    });
  });
});
