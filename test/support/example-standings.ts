import * as fc from 'fast-check';
import type { Board, Row } from '../../shared/ranking/rules/ranking.ts';
import { ScopeSets, Standings, scopesOf } from '../../shared/ranking/rules/standings.ts';

export interface Competitor {
  readonly driverId: string;
  readonly score: number;
  readonly minutes: number;
  readonly district: string | null;
  readonly platformId: string | null;
  readonly occupation: string | null;
}

/** Standings with a made-up account state per driver. */
export function standingsOf(competitors: readonly Competitor[]): Standings {
  const standings = new Standings(new ScopeSets());
  for (const [index, one] of competitors.entries()) {
    const source = { seq: index + 1, head: String(index).padStart(64, '0') };
    standings.add(one.driverId, one, standings.scopeSets.numberOf(scopesOf(one)), source);
  }
  return standings;
}

/** Arbitrary competitors. Scores and minutes have few different values, so that many drivers are tied. */
export const competitors = fc
  .uniqueArray(
    fc.record({
      driverId: fc.stringMatching(/^[a-c.]{1,6}$/),
      score: fc.oneof(fc.integer({ min: -3, max: 4 }), fc.integer({ min: 0, max: 1_000_000 })),
      minutes: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -10, max: 44_640 })),
      district: fc.constantFrom(null, 'donghu', 'xihu'),
      platformId: fc.constantFrom('rides', 'express'),
      occupation: fc.constantFrom(null, 'courier'),
    }),
    { selector: ({ driverId }) => driverId, maxLength: 80 },
  )
  .map(all => all as Competitor[]);

/** A naive ranking for comparison: filter, sort with a comparison function, count the drivers ahead. */
export function naiveRanking(all: readonly Competitor[], scope: string): Row[] {
  const listed = all.filter(one => one.score > 0 && scopesOf(one).includes(scope));
  return [...listed]
    .sort((a, b) => b.score - a.score || b.minutes - a.minutes || (a.driverId < b.driverId ? -1 : 1))
    .map(({ driverId, score, minutes }) => ({
      rank:
        1 + listed.filter(one => one.score > score || (one.score === score && one.minutes > minutes)).length,
      driverId,
      score,
      minutes,
    }));
}

export function boardOf(boards: readonly Board[], scope: string): Board {
  const board = boards.find(one => one.scope === scope);
  if (!board) throw new Error(`the board ${scope} is missing`);
  return board;
}

/** Deterministic competitors for a city of any size. */
export function cityOf(drivers: number): Competitor[] {
  return Array.from({ length: drivers }, (_, index) => ({
    driverId: `d-${String(index).padStart(6, '0')}`,
    score: 1 + ((index * 7919) % 997),
    minutes: (index * 104_729) % 2400,
    district: `district-${index % 9}`,
    platformId: `platform-${index % 3}`,
    occupation: `occupation-${index % 5}`,
  }));
}
