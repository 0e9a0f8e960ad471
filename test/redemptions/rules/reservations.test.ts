import { describe, expect, it } from 'vitest';
import { type Account, newAccount } from '../../../shared/ledger/rules/account.ts';
import type { Redemption } from '../../../shared/redemptions/rules/redemption.ts';
import { areAllReservations } from '../../../shared/redemptions/rules/reservations.ts';
import { cancelled, confirmed, expired, reserved, returned } from '../../support/given-redemptions.ts';

const february = { reservedAt: '2026-02-28T23:59:59.999+08:00' };
const knowing = (reservations: Account['reservations'], latestMonth = '2026-03'): Account => ({
  ...newAccount('d-1', ''),
  reservations,
  latestMonth,
});
const all = (account: Account, redemptions: readonly Redemption[], from = '2026-02') =>
  areAllReservations(account, redemptions, from);

describe('redemptions are all that the account knows of', () => {
  it('where there are as many of each reward in each month', () => {
    const account = knowing({ '2026-02': { cup: 1 }, '2026-03': { cup: 2, charger: 1 } });
    const found = [reserved(february), confirmed(), returned(), reserved({ rewardId: 'charger' })];
    expect(all(account, found)).toBe(true);
    for (const [index] of found.entries()) expect(all(account, found.toSpliced(index, 1))).toBe(false);
    expect(all(account, [...found, reserved()])).toBe(false);
    expect(all(account, [reserved(), ...found.slice(1)])).toBe(false);
    expect(all(account, found.with(3, reserved()))).toBe(false);
  });

  it('where there are none', () => {
    expect(all(newAccount('d-1', ''), [])).toBe(true);
    expect(all(knowing({ '2026-03': { cup: 0 } }), [])).toBe(true);
  });

  it('whatever was given up or has run out', () => {
    expect(all(knowing({ '2026-03': { cup: 0 } }), [cancelled(), expired()])).toBe(true);
    expect(all(knowing({ '2026-03': { cup: 1 } }), [cancelled(), expired()])).toBe(false);
  });

  it('whatever was before the month that they begin with', () => {
    const account = knowing({ '2026-02': { cup: 5 }, '2026-03': { cup: 1 } });
    expect(all(account, [reserved()], '2026-03')).toBe(true);
    expect(all(account, [reserved(), reserved(february)], '2026-03')).toBe(true);
    expect(all(account, [reserved()], '2026-02')).toBe(false);
  });

  it('whatever was in months that the account has forgotten', () => {
    expect(all(knowing({}, '2026-04'), [reserved(february)])).toBe(true);
    expect(all(knowing({}, '2026-03'), [reserved(february)])).toBe(false);
  });
});
