import { describe, expect, it } from 'vitest';
import { rulebookInForce, rulebookViolations } from '../../../shared/awards/rules/rulebook.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { rulebook } from '../../support/given.ts';

const now = instantOf('2026-03-01T12:00:00+08:00');
const first = rulebook();
const pointers = (...args: Parameters<typeof rulebookViolations>) =>
  rulebookViolations(...args).map(({ pointer }) => pointer);

describe('a new rulebook', () => {
  const next = rulebook({ version: 2, effectiveFrom: '2026-03-15T09:30:00+08:00' });

  it('is stored where nothing speaks against it', () => {
    expect(rulebookViolations(first, next, now)).toEqual([]);
    expect(rulebookViolations(undefined, { ...first, effectiveFrom: next.effectiveFrom }, now)).toEqual([]);
  });

  it('bears the version after the last', () => {
    expect(pointers(first, { ...next, version: 3 }, now)).toEqual(['/version']);
    expect(pointers(undefined, next, now)).toEqual(['/version']);
  });

  it('takes force ten minutes from now at the earliest', () => {
    const at = (effectiveFrom: string) => pointers(first, { ...next, effectiveFrom }, now);
    expect(at('2026-03-01T12:10:00.000+08:00')).toEqual([]);
    expect(at('2026-03-01T04:09:59.999Z')).toEqual(['/effectiveFrom']);
  });

  it('takes force after the one before it', () => {
    const later = { ...next, version: 3 };
    expect(pointers(next, later, now)).toEqual(['/effectiveFrom']);
    expect(pointers(next, { ...later, effectiveFrom: '2026-03-15T01:30:00.001Z' }, now)).toEqual([]);
  });

  it('changes the monthly cap only from the first instant of a month', () => {
    const at = (effectiveFrom: string) => pointers(first, { ...next, monthlyCap: 500, effectiveFrom }, now);
    expect(at('2026-04-01T00:00:00+08:00')).toEqual([]);
    expect(at('2026-03-31T16:00:00Z')).toEqual([]);
    expect(at('2026-04-01T00:00:00.001+08:00')).toEqual(['/monthlyCap']);
    expect(at('2026-04-01T00:00:00Z')).toEqual(['/monthlyCap']);
  });

  it('is told everything that is wrong with it', () => {
    const wrong = { ...next, version: 5, effectiveFrom: '2025-12-15T00:00:00+08:00', monthlyCap: 1 };
    expect(rulebookViolations(first, wrong, now)).toEqual([
      { pointer: '/version', detail: 'version 4 is not stored yet' },
      { pointer: '/effectiveFrom', detail: 'must lie at least ten minutes ahead' },
      { pointer: '/effectiveFrom', detail: 'must lie after 2026-01-01T00:00:00+08:00' },
      { pointer: '/monthlyCap', detail: 'may differ only from the first instant of a month' },
    ]);
  });
});

describe('the rulebook in force', () => {
  it('does not hang on the order in which they are read', () => {
    const second = rulebook({ version: 2, effectiveFrom: '2026-02-01T00:00:00+08:00' });
    expect(rulebookInForce([first, second], now)?.version).toBe(2);
    expect(rulebookInForce([second, first], now)?.version).toBe(2);
    expect(rulebookInForce([second, first], instantOf('2026-01-15T00:00:00+08:00'))?.version).toBe(1);
    expect(rulebookInForce([], now)).toBeUndefined();
  });
});
