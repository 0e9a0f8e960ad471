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
  ['a listed value matches', { source: ['nuanxin.intake'] }, true],
  ['one of several listed values matches', { source: ['x', 'nuanxin.intake'] }, true],
  ['an unlisted value does not match', { source: ['x'] }, false],
  ['all fields match', { source: ['nuanxin.intake'], count: [3] }, true],
  ['one matching field of two is not enough', { source: ['nuanxin.intake'], count: [4] }, false],
  ['a number does not match a string', { count: ['3'] }, false],
  ['null matches null', { none: [null] }, true],
  ['null does not match a missing field', { missing: [null] }, false],
  ['a nested field matches', { detail: { nested: { flag: [true] } } }, true],
  ['a missing branch does not match', { other: { nested: { flag: [true] } } }, false],
  ['any element of a list matches', { detail: { tags: ['b', 'z'] } }, true],
  ['a list without a listed element does not match', { detail: { tags: ['z'] } }, false],
  ['one object of a list matches all inner fields', { detail: { people: { id: [2], ok: [true] } } }, true],
  [
    'inner fields of different objects do not match together',
    { detail: { people: { id: [1], ok: [true] } } },
    false,
  ],
  ['prefix matches a string that starts with it', { source: [{ prefix: 'nuanxin.' }] }, true],
  ['prefix does not match another start', { source: [{ prefix: 'aws.' }] }, false],
  ['prefix does not match a number', { count: [{ prefix: '3' }] }, false],
  ['anything-but matches another value', { source: [{ 'anything-but': 'aws' }] }, true],
  ['anything-but does not match its own value', { source: [{ 'anything-but': 'nuanxin.intake' }] }, false],
  [
    'anything-but does not match a value of its list',
    { source: [{ 'anything-but': ['x', 'nuanxin.intake'] }] },
    false,
  ],
  ['anything-but does not match a missing field', { missing: [{ 'anything-but': 'x' }] }, false],
  ['exists: true matches a field', { source: [{ exists: true }] }, true],
  ['exists: true matches a null field', { none: [{ exists: true }] }, true],
  ['exists: false matches a missing field', { missing: [{ exists: false }] }, true],
  ['exists: false does not match a field', { source: [{ exists: false }] }, false],
])('%s', (_rule, pattern, matches) => {
  expect(patternProblems(pattern)).toEqual([]);
  expect(compilePattern(pattern)(event)).toBe(matches);
});

it.each([
  ['a suffix', { source: [{ suffix: 'x' }] }],
  ['a numeric range', { count: [{ numeric: ['>', 1] }] }],
  ['anything-but with a prefix', { source: [{ 'anything-but': { prefix: 'x' } }] }],
  ['anything-but with an empty list', { source: [{ 'anything-but': [] }] }],
  ['two operators in one object', { source: [{ prefix: 'x', exists: true }] }],
  ['$or', { $or: [{ source: ['x'] }] }],
  ['a list in a list', { source: [['x']] }],
  ['a value that is not in a list', { source: 'x' }],
  ['an empty list', { source: [] }],
  ['a prefix that is not a string', { source: [{ prefix: 1 }] }],
  ['a nested wildcard', { detail: { deep: { er: [{ wildcard: '*' }] } } }],
])('reports a problem for %s', (_what, pattern) => {
  expect(patternProblems(pattern)).toHaveLength(1);
});
