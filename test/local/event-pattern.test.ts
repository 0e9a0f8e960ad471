import { expect, it } from 'vitest';
import { compilePattern, patternProblems } from '../../local/events/event-pattern.ts';

const event = {
  source: 'nuanxin.intake',
  'detail-type': 'Received',
  count: 3,
  none: null,
  detail: {
    kind: 'award',
    tags: ['a', 'b'],
    nested: { flag: true },
    people: [
      { id: 1, ok: false },
      { id: 2, ok: true },
    ],
  },
};

it.each([
  ['a value', { source: ['nuanxin.intake'] }, true],
  ['one of several', { source: ['x', 'nuanxin.intake'] }, true],
  ['another value', { source: ['x'] }, false],
  ['all fields', { source: ['nuanxin.intake'], count: [3] }, true],
  ['one field of two', { source: ['nuanxin.intake'], count: [4] }, false],
  ['a number is no text', { count: ['3'] }, false],
  ['null', { none: [null] }, true],
  ['null is not absence', { missing: [null] }, false],
  ['a nested field', { detail: { nested: { flag: [true] } } }, true],
  ['a missing branch', { other: { nested: { flag: [true] } } }, false],
  ['any element of a list', { detail: { tags: ['b', 'z'] } }, true],
  ['no element of a list', { detail: { tags: ['z'] } }, false],
  ['one object of a list', { detail: { people: { id: [2], ok: [true] } } }, true],
  ['fields of different objects', { detail: { people: { id: [1], ok: [true] } } }, false],
  ['a prefix', { source: [{ prefix: 'nuanxin.' }] }, true],
  ['another prefix', { source: [{ prefix: 'aws.' }] }, false],
  ['a prefix of no text', { count: [{ prefix: '3' }] }, false],
  ['anything but another', { source: [{ 'anything-but': 'aws' }] }, true],
  ['anything but this', { source: [{ 'anything-but': 'nuanxin.intake' }] }, false],
  ['anything but these', { source: [{ 'anything-but': ['x', 'nuanxin.intake'] }] }, false],
  ['anything but, of what is not there', { missing: [{ 'anything-but': 'x' }] }, false],
  ['there', { source: [{ exists: true }] }, true],
  ['there, though null', { none: [{ exists: true }] }, true],
  ['not there', { missing: [{ exists: false }] }, true],
  ['not there, but it is', { source: [{ exists: false }] }, false],
])('%s', (_what, pattern, matches) => {
  expect(patternProblems(pattern)).toEqual([]);
  expect(compilePattern(pattern)(event)).toBe(matches);
});

it.each([
  ['a suffix', { source: [{ suffix: 'x' }] }],
  ['numbers', { count: [{ numeric: ['>', 1] }] }],
  ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'x' } }] }],
  ['anything but nothing', { source: [{ 'anything-but': [] }] }],
  ['two operators', { source: [{ prefix: 'x', exists: true }] }],
  ['an alternative', { $or: [{ source: ['x'] }] }],
  ['a list in a list', { source: [['x']] }],
  ['no list', { source: 'x' }],
  ['an empty list', { source: [] }],
  ['a prefix that is no text', { source: [{ prefix: 1 }] }],
  ['a nested one', { detail: { deep: { er: [{ wildcard: '*' }] } } }],
])('refuses %s', (_what, pattern) => {
  expect(patternProblems(pattern)).toHaveLength(1);
});
