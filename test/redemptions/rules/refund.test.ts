import { describe, it } from 'vitest';
import { event, given, reversal } from '../../support/given.ts';
import { refunding, reserved, reserving } from '../../support/given-redemptions.ts';

const february = event({ eventId: 'feb', minutes: 60, occurredAt: '2026-02-10T12:00:00+08:00' });
const march = event({ eventId: 'mar', minutes: 60 });
const at = '2026-03-20T12:00:00+08:00';
const held = reserved({ lots: { '2026-02': 20, '2026-03': 10 }, reservedAt: at });
const history = [february, march, reserving(at)];

describe('a refund', () => {
  it('gives the points back to the lots that they came from', () => {
    given(...history)
      .when(refunding('2026-04-02T12:00:00+08:00', held, 'cancelled'))
      .records({
        kind: 'refund',
        entryId: 'refund#r-1',
        redemptionId: 'r-1',
        rewardId: 'cup',
        cause: 'cancelled',
        reservedMonth: '2026-03',
        points: 30,
        minutes: 0,
        lots: { '2026-02': 20, '2026-03': 10 },
        debt: 0,
        counterparty: 'reward#cup',
        reason: 'cancelled',
        occurredAt: '2026-04-02T12:00:00.000+08:00',
      })
      .leaving({
        balance: 40,
        lots: { '2026-02': 20, '2026-03': 20 },
        redeemed: 0,
        earned: 40,
        reservations: { '2026-03': { cup: 0 } },
      });
  });

  it('names the local month of the reservation', () => {
    const late = reserved({ reservedAt: '2026-03-31T16:00:00Z' });
    given(...history)
      .when(refunding(at, late, 'expired'))
      .records({ cause: 'expired', reservedMonth: '2026-04' });
  });

  it('says why, where a merchant does', () => {
    given(...history)
      .when(refunding(at, held, 'returned', 'it leaks'))
      .records({ cause: 'returned', reason: 'it leaks' });
  });

  it('fills the debt first, out of the oldest lot', () => {
    given(...history, reversal('mar', at))
      .when(refunding(at, held, 'cancelled'))
      .records({ points: 30, lots: { '2026-02': 10, '2026-03': 10 }, debt: -10 })
      .leaving({ balance: 20, debt: 0, lots: { '2026-02': 10, '2026-03': 10 } });
  });

  it('into a lot that has expired since is given back and expires in the same step', () => {
    const then = '2027-03-01T00:00:00+08:00';
    given(...history)
      .when(refunding(then, held, 'returned'))
      .records(
        { kind: 'refund', lots: { '2026-02': 20, '2026-03': 10 } },
        {
          kind: 'expiry',
          entryId: 'expiry#refund#r-1#2026-02',
          lot: '2026-02',
          points: -20,
          minutes: 0,
          lots: { '2026-02': -20 },
          debt: 0,
          counterparty: 'expiry',
          reason: null,
          occurredAt: '2027-03-01T00:00:00.000+08:00',
        },
      )
      .leaving({ balance: 20, lots: { '2026-03': 20 }, redeemed: 0, expired: 20 });
    given(...history)
      .when(refunding('2027-02-28T23:59:59.999+08:00', held, 'returned'))
      .records({ kind: 'refund' });
  });
});
