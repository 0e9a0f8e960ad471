import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../shared/kernel/time.ts';
import type { Redemption } from '../../../shared/redemptions/rules/redemption.ts';
import { holdingsAt } from '../../../shared/redemptions/rules/settle.ts';
import { event, expiry, happens, newDriver, reversal, type Step } from '../../support/given.ts';
import { confirmed, refunding, reserved, reserving } from '../../support/given-redemptions.ts';

const february = event({ eventId: 'feb', minutes: 60, occurredAt: '2026-02-10T12:00:00+08:00' });
const march = event({ eventId: 'mar', minutes: 120 });
const at = '2026-03-10T12:00:00+08:00';
const lots = { '2026-02': 20, '2026-03': 10 };
const before = '2026-03-11T11:59:59.999+08:00';
const due = '2026-03-11T12:00:00.000+08:00';

const holdings = (history: readonly Step[], holds: readonly Redemption[], now: string) =>
  holdingsAt(history.reduce(happens, newDriver()).account, holds, instantOf(now));

describe('a driver’s points at an instant', () => {
  it('are held for a reservation until its time is over, swept or not', () => {
    const history = [february, march, reserving(at)];
    expect(holdings(history, [reserved({ lots })], before)).toEqual({
      available: 30,
      reserved: 30,
      spent: 0,
      expired: 0,
      lots: { '2026-03': 30 },
    });
    const back = { available: 60, reserved: 0, spent: 0, expired: 0, lots: { '2026-02': 20, '2026-03': 40 } };
    expect(holdings(history, [reserved({ lots })], due)).toEqual(back);
    const swept = refunding(due, reserved({ lots }), 'expired');
    expect(holdings([...history, swept], [], due)).toEqual(back);
  });

  it('are spent once they are handed over', () => {
    const history = [february, march, reserving(at), reserving(at, {}, 'r-2')];
    const holds = [confirmed({ lots }), reserved({ redemptionId: 'r-2', lots: { '2026-03': 30 } })];
    expect(holdings(history, holds, before)).toMatchObject({ available: 0, reserved: 30, spent: 30 });
    expect(holdings(history, holds, due)).toMatchObject({ available: 30, reserved: 0, spent: 30 });
  });

  it('are gone once expired, swept or not', () => {
    const later = '2027-03-01T00:00:00+08:00';
    const gone = { available: 40, reserved: 0, spent: 0, expired: 20, lots: { '2026-03': 40 } };
    expect(holdings([february, march], [], later)).toEqual(gone);
    expect(holdings([february, march, expiry(later)], [], later)).toEqual(gone);
    expect(holdings([february, march], [], '2027-02-28T23:59:59.999+08:00')).toMatchObject({
      available: 60,
      expired: 0,
    });
  });

  it('that go back into a lot that has expired go with it', () => {
    const hold = reserved({ lots, expiresAt: '2027-02-28T12:00:00.000+08:00' });
    expect(holdings([february, march, reserving(at)], [hold], '2027-03-01T00:00:00+08:00')).toEqual({
      available: 40,
      reserved: 0,
      spent: 0,
      expired: 20,
      lots: { '2026-03': 40 },
    });
  });

  it('fill the debt first where a hold goes back', () => {
    const history = [march, reserving(at), reversal('mar', at)];
    expect(holdings(history, [reserved()], before)).toMatchObject({ available: -30, reserved: 30, lots: {} });
    expect(holdings(history, [reserved()], due)).toMatchObject({ available: 0, reserved: 0, lots: {} });
  });

  it('fill the debt by the hold that is overdue for longest, in whatever order they are read', () => {
    const history = [february, march, reserving(at), reserving(at, {}, 'r-2'), reversal('feb', at)];
    const longest = reserved({ lots });
    const next = reserved({ redemptionId: 'r-2', lots: { '2026-03': 30 }, expiresAt: later(due) });
    for (const holds of [
      [longest, next],
      [next, longest],
    ])
      expect(holdings(history, holds, later(due))).toMatchObject({ available: 40, lots: { '2026-03': 40 } });
  });
});

function later(time: string): string {
  return time.replace('.000', '.500');
}
