import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../shared/kernel/time.ts';
import { type Account, newAccount } from '../../../shared/ledger/rules/account.ts';
import type { Reserved } from '../../../shared/redemptions/rules/redemption.ts';
import { holdingsAt } from '../../../shared/redemptions/rules/settle.ts';

function hold(points: number, lot: string, expiresAt: string): Reserved {
  return {
    state: 'reserved',
    redemptionId: `r-${expiresAt}`,
    driverId: 'd-1',
    rewardId: 'cup',
    rewardVersion: 1,
    points,
    lots: { [lot]: points },
    stockTracked: false,
    outlets: [],
    subsidyFen: 0,
    seed: 'seed',
    codeKey: '1',
    reservedAt: '2026-03-01T12:00:00.000+08:00',
    expiresAt,
  };
}

/** Nothing left but what is held: 30 of January until noon, 30 of February until eleven; and 30 are owed. */
const account: Account = {
  ...newAccount('d-1', ''),
  seq: 5,
  debt: 30,
  balance: -30,
  earned: 30,
  redeemed: 60,
};
const holds = [
  hold(30, '2026-01', '2026-03-10T12:00:00.000+08:00'),
  hold(30, '2026-02', '2026-03-10T11:00:00.000+08:00'),
];
const at = (time: string) => holdingsAt(account, holds, instantOf(time));

describe('a driver’s points by the clock', () => {
  it('are held until the very end', () => {
    expect(at('2026-03-10T10:59:59.999+08:00')).toEqual({
      available: -30,
      reserved: 60,
      spent: 0,
      expired: 0,
      lots: {},
    });
  });

  it('come back as each reservation ends, and what comes back first fills the debt', () => {
    expect(at('2026-03-10T11:00:00+08:00')).toMatchObject({ available: 0, reserved: 30, lots: {} });
    expect(at('2026-03-10T12:00:00+08:00')).toMatchObject({
      available: 30,
      reserved: 0,
      lots: { '2026-01': 30 },
    });
  });

  it('are gone where their lot has expired meanwhile, but for what they paid', () => {
    expect(at('2027-02-01T00:00:00+08:00')).toMatchObject({ available: 0, expired: 30, lots: {} });
  });
});
