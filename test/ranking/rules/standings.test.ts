import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { Roster, ScopeSets, Standings } from '../../../shared/ranking/rules/standings.ts';

it('a roster returns the last number set for a driver and undefined for others', () => {
  const assignments = fc.array(fc.tuple(fc.stringMatching(/^[a-e]{1,4}$/), fc.nat({ max: 99 })), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(assignments, fc.stringMatching(/^[a-e]{1,4}$/), (all, other) => {
      const roster = new Roster();
      for (const [driverId, number] of all) roster.set(driverId, number);
      const expected = new Map(all);
      for (const driverId of [...expected.keys(), other]) {
        const number = expected.get(driverId);
        expect(roster.get(driverId)).toEqual(number === undefined ? undefined : { driverId, number });
      }
    }),
  );
});

it('a roster keeps all drivers as it grows', () => {
  const roster = new Roster();
  const drivers = Array.from({ length: 10_000 }, (_, index) => `d-${index}`);
  for (const [index, driverId] of drivers.entries()) roster.set(driverId, index % 97);
  for (const [index, driverId] of drivers.entries()) {
    expect(roster.get(driverId)).toEqual({ driverId, number: index % 97 });
  }
  expect(roster.get('d-10000')).toBeUndefined();
});

it('standings return each driver’s account state, and undefined if none was given', () => {
  const standings = new Standings(new ScopeSets());
  const standing = { score: 1, minutes: 1 };
  const count = 9000;
  for (let index = 0; index < count; index += 1) {
    const source = { seq: index + 1, head: sha256(String(index)) };
    standings.add(`d-${index}`, standing, 0, index % 3 === 0 ? undefined : source);
  }
  for (let index = 0; index < count; index += 1) {
    const source = { seq: index + 1, head: sha256(String(index)) };
    expect(standings.sourceOf(index)).toEqual(index % 3 === 0 ? undefined : source);
  }
  expect(standings.sourceOf(-1)).toBeUndefined();
  expect(standings.sourceOf(count)).toBeUndefined();
});

it('scope sets with the same joined letters get different numbers', () => {
  const sets = new ScopeSets();
  expect(
    [
      ['a', 'bc'],
      ['ab', 'c'],
      ['a', 'bc'],
    ].map(scopes => sets.numberOf(scopes)),
  ).toEqual([0, 1, 0]);
});

it('a roster lists each driver once, however often it is set', () => {
  const roster = new Roster();
  for (const [driverId, number] of [
    ['b', 1],
    ['a', 2],
    ['b', 3],
  ] as const)
    roster.set(driverId, number);
  expect(roster.driverIds).toEqual(['b', 'a']);
});
