import { describe, expect, it } from 'vitest';
import { checkEvents, groupBySize } from '../../../shared/awards/use-cases/receive-events.ts';
import { instantOf, toLocalIso } from '../../../shared/kernel/time.ts';

const now = instantOf('2026-03-10T12:00:00+08:00');
const event = { eventId: 'e-1', driverId: 'd-1', activity: 'guidance' };
const at = (offsetMs: number) => ({ ...event, occurredAt: toLocalIso(now + offsetMs) });

describe('events that come in', () => {
  it('may lie five minutes ahead of the clock, and not a millisecond more', () => {
    expect(checkEvents([at(300_000)], now, 'r-1')).toEqual([{ index: 0, body: at(300_000) }]);
    expect(checkEvents([at(300_001)], now, 'r-1')).toMatchObject([
      { index: 0, result: { eventId: 'e-1', status: 'rejected', problem: { code: 'occurred-in-future' } } },
    ]);
  });

  it('are told apart from what is none, each at its place', () => {
    const checked = checkEvents([null, at(0), { ...event, eventId: 'no id' }], now, 'r-1');
    expect(checked).toMatchObject([
      { index: 0, result: { status: 'rejected', problem: { code: 'invalid', requestId: 'r-1' } } },
      { index: 1, body: { eventId: 'e-1' } },
      { index: 2, result: { status: 'rejected' } },
    ]);
    expect(checked[2]).not.toHaveProperty('result.eventId');
  });
});

describe('a list that is cut by size', () => {
  const cut = (sizes: number[]) => groupBySize(sizes, size => size, 10);

  it('has groups that are as large as they may be, and no larger', () => {
    expect(cut([4, 6, 1, 9, 10, 5, 6])).toEqual([[4, 6], [1, 9], [10], [5], [6]]);
    expect(cut([])).toEqual([]);
  });

  it('has what is too large by itself in a group of its own', () => {
    expect(cut([1, 11, 1])).toEqual([[1], [11], [1]]);
  });
});
