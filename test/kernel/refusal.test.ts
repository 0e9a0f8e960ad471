import { expect, it } from 'vitest';
import { isRefusal } from '../../shared/kernel/refusal.ts';

it('a refusal is told from everything that a rule may come to', () => {
  expect(isRefusal({ refusal: 'insufficient-points', available: 1, needed: 2 })).toBe(true);
  for (const other of [[], {}, [{ kind: 'award' }], { kind: 'award' }, null, undefined, true, 'refusal', 0])
    expect(isRefusal(other)).toBe(false);
});
