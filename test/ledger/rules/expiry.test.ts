import { describe, it } from 'vitest';
import { event, expiry, given } from '../../support/given.ts';

const january = event({ eventId: 'jan', minutes: 60, occurredAt: '2026-01-10T12:00:00+08:00' });
const february = event({ eventId: 'feb', minutes: 90, occurredAt: '2026-02-10T12:00:00+08:00' });
const march = event({ eventId: 'mar', minutes: 120 });
const ofLot = (lot: string, points: number, occurredAt: string) => ({
  kind: 'expiry' as const,
  entryId: `expiry#d-1#${lot}`,
  lot,
  points: -points,
  minutes: 0,
  lots: { [lot]: -points },
  debt: 0,
  counterparty: 'expiry',
  reason: null,
  occurredAt,
});

describe('the sweep', () => {
  it('writes an entry for each lot that has expired, the oldest first', () => {
    given(march, february, january)
      .when(expiry('2027-03-05T12:00:00+08:00'))
      .records(
        ofLot('2026-01', 20, '2027-03-05T12:00:00.000+08:00'),
        ofLot('2026-02', 30, '2027-03-05T12:00:00.000+08:00'),
      )
      .leaving({ balance: 40, lots: { '2026-03': 40 }, expired: 50, earned: 90, minutes: 270 });
  });

  it('finds a lot at its first instant of being over, and nothing before', () => {
    given(january, february).when(expiry('2027-01-31T23:59:59.999+08:00')).records();
    given(january, february)
      .when(expiry('2027-01-31T16:00:00Z'))
      .records(ofLot('2026-01', 20, '2027-02-01T00:00:00.000+08:00'));
  });

  it('finds nothing the second time', () => {
    given(january, expiry('2027-02-01T00:00:00+08:00')).when(expiry('2027-02-01T00:00:00+08:00')).records();
  });
});
