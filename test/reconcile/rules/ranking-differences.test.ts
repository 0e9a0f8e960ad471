import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { instantOf, minuteMs, toLocalIso } from '../../../shared/kernel/time.ts';
import type { Entry } from '../../../shared/ledger/rules/entry.ts';
import {
  possibleStandings,
  rankingDifferences,
  rowSums,
  type StandingChange,
  standingChange,
} from '../../../shared/reconcile/rules/ranking-differences.ts';
import { addSums } from '../../../shared/reconcile/rules/sums.ts';
import { event, happens, newDriver, reversal, spending } from '../../support/given.ts';

const readAt = instantOf('2026-04-03T02:00:00+08:00');
const readMsMax = 15 * minuteMs;
const version = { month: '2026-03', version: 1, asOf: toLocalIso(readAt) };
const change = (recordedAt: number, score: number, minutes = 0, month = '2026-03'): StandingChange => ({
  month,
  score,
  minutes,
  recordedAt,
});

describe('the standing change of an entry', () => {
  it('derives standing changes from awards and reversals, in the entry’s ranking month', () => {
    const at = '2026-03-20T12:00:00+08:00';
    const history = [
      event({ minutes: 90 }),
      spending(5, at),
      reversal('e-1', at),
      event({ eventId: 'e-2', monthClosed: true }),
      event({ eventId: 'e-3', minutes: 1 }),
    ];
    const { entries } = history.reduce(happens, newDriver());
    expect(entries.map(standingChange)).toEqual([
      { month: '2026-03', score: 30, minutes: 90, recordedAt: instantOf('2026-03-10T12:00:00+08:00') },
      undefined,
      { month: '2026-03', score: -30, minutes: -90, recordedAt: instantOf(at) },
      undefined,
      undefined,
    ]);
  });

  it('derives no standing change from other kinds of entries, even with a ranking month', () => {
    const [award] = happens(newDriver(), event()).entries;
    expect(standingChange({ ...award, kind: 'declined' } as Entry)).toBeUndefined();
  });
});

describe('the standings that a version may have read', () => {
  const early = change(readAt - readMsMax - 1, 20, 60);

  it('includes changes recorded well before the version was read', () => {
    expect(possibleStandings([], version)).toEqual([{ score: 0, minutes: 0 }]);
    expect(possibleStandings([early, change(0, 5, 30)], version)).toEqual([{ score: 25, minutes: 90 }]);
  });

  it('ignores changes of other months', () => {
    expect(possibleStandings([early, change(0, 5, 30, '2026-04')], version)).toEqual([
      { score: 20, minutes: 60 },
    ]);
  });

  it('excludes changes recorded well after the version was read', () => {
    expect(possibleStandings([early, change(readAt + readMsMax + 1, -20, -60)], version)).toEqual([
      { score: 20, minutes: 60 },
    ]);
  });

  it.each([-readMsMax, 0, readMsMax])(
    'allows both standings when a change was recorded %i ms from the read',
    offset => {
      expect(possibleStandings([early, change(readAt + offset, -20, -60)], version)).toEqual([
        { score: 20, minutes: 60 },
        { score: 0, minutes: 0 },
      ]);
    },
  );

  it('allows the standing at each change that was recorded during the read', () => {
    const changes = [early, change(readAt - 1, -5, -10), change(readAt + 1, -7, -20)];
    expect(possibleStandings(changes, version)).toEqual([
      { score: 20, minutes: 60 },
      { score: 15, minutes: 50 },
      { score: 8, minutes: 30 },
    ]);
  });
});

describe('a frozen version compared with the entries', () => {
  const rows = [
    ['d-1', 20, 60],
    ['d-2', 30, 90],
  ] as const;
  const sums = (side: 'frozen' | 'folded', all: readonly (readonly [string, number, number])[]) =>
    all.reduce<ReturnType<typeof addSums>>(
      (total, [driverId, score, minutes]) =>
        addSums(total, rowSums(side, version, driverId, { score, minutes }, sha256)),
      {},
    );
  const differing = (frozen: Parameters<typeof sums>[1], folded: Parameters<typeof sums>[1]) =>
    rankingDifferences(addSums(sums('frozen', frozen), sums('folded', folded)), [version]);

  it('reports nothing when the rows of both sides are equal in any order', () => {
    expect(differing(rows, rows.toReversed())).toEqual([]);
    expect(rankingDifferences({}, [version])).toEqual([]);
  });

  it('counts only drivers with a positive score in the sums of a version', () => {
    expect(rowSums('folded', version, 'd-1', { score: 0, minutes: 60 }, sha256)).toEqual({});
    expect(rowSums('folded', version, 'd-1', { score: -1, minutes: 60 }, sha256)).toEqual({});
    expect(rowSums('folded', version, 'd-1', { score: 1, minutes: 60 }, sha256)).toMatchObject({
      'folded|2026-03|1': [1, 1, 60, expect.any(Number), expect.any(Number), expect.any(Number)],
    });
  });

  it('reports drivers, score and minutes of both sides when a row is missing', () => {
    expect(differing(rows, rows.slice(0, 1))).toEqual([
      {
        difference: 'ranking-differs',
        month: '2026-03',
        version: 1,
        frozen: { drivers: 2, score: 50, minutes: 150 },
        folded: { drivers: 1, score: 20, minutes: 60 },
      },
    ]);
    expect(differing([], rows)).toMatchObject([
      { frozen: { drivers: 0, score: 0, minutes: 0 }, folded: { drivers: 2 } },
    ]);
  });

  it('reports a difference when two drivers have swapped their rows', () => {
    const swapped = [
      ['d-1', 30, 90],
      ['d-2', 20, 60],
    ] as const;
    expect(differing(rows, swapped)).toMatchObject([
      { frozen: { drivers: 2, score: 50, minutes: 150 }, folded: { drivers: 2, score: 50, minutes: 150 } },
    ]);
  });

  it('digests a row into three numbers of 24 bits', () => {
    const digest = () => `000001000002000003${'f'.repeat(46)}`;
    const [numbers] = Object.values(rowSums('frozen', version, 'd-1', { score: 5, minutes: 6 }, digest));
    expect(numbers).toEqual([1, 5, 6, 1, 2, 3]);
  });

  it('ignores the sums of other versions and months', () => {
    const second = { ...version, version: 2 };
    const other = { ...version, month: '2026-02' };
    expect(rankingDifferences(sums('frozen', rows), [second, other])).toEqual([]);
  });
});
