import { describe, expect, it } from 'vitest';
import { rankBoards, rowAt } from '../../../shared/ranking/rules/ranking.ts';
import { placeChanges } from '../../../shared/ranking/rules/ranking-changes.ts';
import {
  leafBytes,
  type Origin,
  packOrigins,
  rankedDrivers,
  unpackOrigins,
} from '../../../shared/ranking/rules/ranking-proof.ts';
import { ScopeSets, Standings, scopesOf } from '../../../shared/ranking/rules/standings.ts';
import { versionText } from '../../../shared/ranking/rules/version-text.ts';
import {
  boardOf,
  type Competitor,
  cityOf,
  naiveRanking,
  standingsOf,
} from '../../support/example-standings.ts';

const competitor = (driverId: string, score: number, minutes: number, changes: Partial<Competitor> = {}) => ({
  driverId,
  score,
  minutes,
  district: null,
  platformId: null,
  occupation: null,
  ...changes,
});
const ranked = (all: readonly Competitor[]) => {
  const standings = standingsOf(all);
  const board = boardOf(rankBoards(standings), 'all');
  return Array.from(board.drivers, (_, place) => rowAt(standings, board, place));
};

describe('drivers with equal scores', () => {
  it('gives tied drivers the same rank and lists them by driverId', () => {
    const equals = ['e', 'b', 'd', 'a', 'c'].map(id => competitor(id, 5, 60));
    const ahead = ['z', 'y'].map(id => competitor(id, 9, -10));
    const rows = ranked([...equals, ...ahead]);
    expect(rows.map(({ rank, driverId }) => [rank, driverId])).toEqual([
      [1, 'y'],
      [1, 'z'],
      [3, 'a'],
      [3, 'b'],
      [3, 'c'],
      [3, 'd'],
      [3, 'e'],
    ]);
  });

  it('ranks drivers with fewer minutes lower, also below zero', () => {
    const all = [
      competitor('a', 5, -3),
      competitor('b', 5, 0),
      competitor('c', 4, 9),
      competitor('d', 5, -4),
    ];
    expect(ranked(all).map(({ driverId }) => driverId)).toEqual(['b', 'a', 'd', 'c']);
    const ahead = [competitor('a', 5, 60), competitor('b', 5, 61)];
    expect(ranked(ahead).map(({ rank, driverId }) => [rank, driverId])).toEqual([
      [1, 'b'],
      [2, 'a'],
    ]);
  });
});

describe('the boards of a month', () => {
  it('ranks exactly up to 53 bits of score and minutes and throws beyond', () => {
    // (441,650,590 + 1) × 20,394,401 = 2^53 − 1
    const spanning = (score: number) => [competitor('a', score, 0), competitor('b', 1, 20_394_400)];
    expect(ranked(spanning(441_650_590)).map(({ driverId }) => driverId)).toEqual(['a', 'b']);
    expect(() => ranked(spanning(441_650_591))).toThrow('too large for an exact sort key');
    const below = [competitor('a', 441_650_591, 0), competitor('b', 1, -20_394_400)];
    expect(() => ranked(below)).toThrow('too large for an exact sort key');
  });

  it('makes one empty board when no driver has points', () => {
    const standings = standingsOf([]);
    const boards = rankBoards(standings);
    expect(boards.map(({ scope }) => scope)).toEqual(['all']);
    expect(() => rowAt(standings, boardOf(boards, 'all'), 0)).toThrow('all has no place 0');
  });

  it('sorts boards by scope and lists each scope’s own drivers', () => {
    const all = [
      competitor('a', 3, 0, { platformId: 'rides', district: 'xihu' }),
      competitor('b', 2, 0, { occupation: 'courier', platformId: 'rides' }),
      competitor('c', 1, 0),
      competitor('d', 0, 9, { district: 'donghu' }),
    ];
    const boards = rankBoards(standingsOf(all));
    expect(boards.map(({ scope, ranks }) => [scope, [...ranks]])).toEqual([
      ['all', [1, 2, 3]],
      ['district:xihu', [1]],
      ['occupation:courier', [1]],
      ['platform:rides', [1, 2]],
    ]);
  });
});

describe('standings', () => {
  it('derives scopes from a profile, and only the scope of all drivers without one', () => {
    const affiliation = { district: 'xihu', platformId: 'rides', occupation: 'courier' };
    expect(scopesOf(affiliation)).toEqual(['all', 'district:xihu', 'occupation:courier', 'platform:rides']);
    expect(scopesOf({ district: null, platformId: null, occupation: null })).toEqual(['all']);
    expect(scopesOf(undefined)).toEqual(['all']);
  });

  it('numbers each set of scopes once', () => {
    const sets = new ScopeSets();
    const numbers = [['all'], ['all', 'district:a'], ['all'], ['all', 'district:a']].map(one =>
      sets.numberOf(one),
    );
    expect(numbers).toEqual([0, 1, 0, 1]);
    expect(sets.sets).toEqual([['all'], ['all', 'district:a']]);
  });

  it('keeps thousands of standings with their account states and leaves out drivers without points', () => {
    const sets = new ScopeSets();
    const standings = new Standings(sets);
    const set = sets.numberOf(['all']);
    const head = 'ab'.repeat(32);
    for (let driver = 0; driver < 3000; driver += 1) {
      standings.add(`d-${driver}`, { score: driver - 1, minutes: -driver }, set, { seq: driver, head });
    }
    expect(standings.count).toBe(2998);
    expect([standings.driverIds[2997], standings.scores[2997], standings.minutes[2997]]).toEqual([
      'd-2999',
      2998,
      -2999,
    ]);
    expect(standings.scopesOf(2997)).toEqual(['all']);
    expect(standings.scopesOf(-1)).toEqual([]);
    expect(standings.sourceOf(0)).toEqual({ seq: 2, head });
    expect(standings.sourceOf(2997)).toEqual({ seq: 2999, head });
    standings.add('unproved', { score: 1, minutes: 0 }, set);
    expect(standings.sourceOf(2998)).toBeUndefined();
  });
});

describe('the leaves of a version', () => {
  const all = cityOf(40);

  it('makes one leaf per driver by place, with the ranks in all scopes and the account state', () => {
    const standings = standingsOf(all);
    const boards = rankBoards(standings);
    const expected = naiveRanking(all, 'all').map(row => {
      const index = all.findIndex(({ driverId }) => driverId === row.driverId);
      const scopes = scopesOf(all[index]);
      const ranks = scopes.map(scope => [
        scope,
        naiveRanking(all, scope).find(({ driverId }) => driverId === row.driverId)?.rank,
      ]);
      const source = { seq: index + 1, head: String(index).padStart(64, '0') };
      return { ...row, ...source, places: Object.fromEntries(ranks) };
    });
    expect([...rankedDrivers(standings, boards)]).toEqual(expected);
    expect([...rankedDrivers(standings, boards.toReversed())]).toEqual(expected);
    const withoutOne = boards.filter(({ scope }) => scope !== 'platform:platform-1');
    const [first] = rankedDrivers(standings, withoutOne);
    expect(Object.keys(first?.places ?? {}).every(scope => scope !== 'platform:platform-1')).toBe(true);
    expect([...rankedDrivers(standings, [])]).toEqual([]);
  });

  it('refuses to make leaves from standings without account states', () => {
    const standings = new Standings(new ScopeSets());
    standings.add('d-1', { score: 1, minutes: 0 }, standings.scopeSets.numberOf(['all']));
    expect(() => [...rankedDrivers(standings, rankBoards(standings))]).toThrow(
      'only be proved with the account states',
    );
  });

  it('packs origins with each scope named once and unpacks them unchanged', () => {
    const origins: Origin[] = [
      { driverId: 'd-2', seq: 300, places: { 'platform:b': 7, all: 1 } },
      { driverId: 'd-1', seq: 1, places: { all: 200, 'district:a': 3 } },
      { driverId: 'd-3', seq: 2, places: {} },
    ];
    const packed = packOrigins(origins);
    expect(packed.scopes).toEqual(['all', 'district:a', 'platform:b']);
    expect(unpackOrigins(packed)).toEqual(origins);
  });

  it('hashes only the documented fields of a leaf', () => {
    const row = { rank: 1, driverId: 'd', score: 2, minutes: 3 };
    const whole = { ...row, month: '2026-03', version: 1, places: { all: 1 }, seq: 4, head: 'h', salt: 's' };
    expect(leafBytes({ ...whole, extra: 'x' } as typeof whole)).toEqual(leafBytes(whole));
  });
});

describe('the text and the changes of a version', () => {
  it('writes every row of every scope in chunks of 4,096 lines', () => {
    const standings = standingsOf(cityOf(5000).map(one => ({ ...one, district: null, occupation: null })));
    const pieces = [...versionText('2026-03', 2, standings, rankBoards(standings))];
    const text = pieces.join('');
    expect(text.startsWith('nuanxin-ranking 1\nmonth 2026-03\nversion 2\nscope all 5000\n1 ')).toBe(true);
    expect(text.endsWith('\n')).toBe(true);
    expect(text.split('\n').length - 1).toBe(3 + 1 + 5000 + 3 + 5000);
    expect(pieces.map(piece => piece.split('\n').length - 1).slice(0, 4)).toEqual([3, 1, 4096, 904]);
  });

  it('lists the drivers whose rank, score or minutes differ from the previous version', () => {
    const row = (driverId: string, rank: number, score: number, minutes: number) => ({
      driverId,
      rank,
      score,
      minutes,
    });
    const before = [row('a', 1, 9, 60), row('b', 2, 8, 60), row('c', 3, 7, 60), row('d', 4, 6, 60)];
    const after = [row('a', 1, 9, 60), row('b', 3, 8, 60), row('c', 3, 8, 60), row('d', 4, 6, 59)];
    expect(placeChanges('all', before, after)).toEqual([
      {
        scope: 'all',
        driverId: 'b',
        before: { rank: 2, score: 8, minutes: 60 },
        after: { rank: 3, score: 8, minutes: 60 },
      },
      {
        scope: 'all',
        driverId: 'c',
        before: { rank: 3, score: 7, minutes: 60 },
        after: { rank: 3, score: 8, minutes: 60 },
      },
      {
        scope: 'all',
        driverId: 'd',
        before: { rank: 4, score: 6, minutes: 60 },
        after: { rank: 4, score: 6, minutes: 59 },
      },
    ]);
    expect(placeChanges('s', [row('x', 1, 1, 1)], [row('y', 1, 1, 1)])).toEqual([
      { scope: 's', driverId: 'y', before: null, after: { rank: 1, score: 1, minutes: 1 } },
      { scope: 's', driverId: 'x', before: { rank: 1, score: 1, minutes: 1 }, after: null },
    ]);
  });
});
