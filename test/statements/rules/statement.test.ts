import { describe, expect, it } from 'vitest';
import { canonical } from '../../../shared/kernel/canonical.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { statementOf } from '../../../shared/statements/rules/statement.ts';
import { confirmed, reserved, returned } from '../../support/given-redemptions.ts';

const discount = { percentOff: 10, maxFen: 800 };
const voucher = confirmed({
  redemptionId: 'r-2',
  rewardId: 'voucher',
  requestNo: 'till-2',
  discount,
  amountFen: 5099,
  subsidyFen: 300,
  confirmedAt: '2026-03-10T12:59:59.999+08:00',
});
const cup = confirmed({ subsidyFen: 1500 });
const back = returned({
  ...voucher,
  state: 'returned',
  redemptionId: 'r-3',
  confirmedAt: '2026-03-10T13:00:00.001+08:00',
  returnedAt: '2026-03-12T09:00:00.000+08:00',
});
type Lists = Parameters<typeof statementOf>[2];
const of = (confirmed: Lists['confirmed'], returned: Lists['returned']) =>
  statementOf('station-east', '2026-03', { confirmed, returned }, sha256);

describe('a statement', () => {
  const statement = () => of([cup, voucher, back], [back]);

  it('has a line for each confirmation and each return, by time', () => {
    const ofVoucher = { rewardId: 'voucher', amountFen: 5099, discountFen: 509, subsidyFen: 300 };
    expect(statement().items).toEqual([
      {
        kind: 'confirmed',
        at: '2026-03-10T12:59:59.999+08:00',
        redemptionId: 'r-2',
        requestNo: 'till-2',
        ...ofVoucher,
      },
      {
        kind: 'confirmed',
        at: '2026-03-10T13:00:00.000+08:00',
        redemptionId: 'r-1',
        rewardId: 'cup',
        requestNo: 'till-1',
        amountFen: null,
        discountFen: 0,
        subsidyFen: 1500,
      },
      {
        kind: 'confirmed',
        at: '2026-03-10T13:00:00.001+08:00',
        redemptionId: 'r-3',
        requestNo: 'till-2',
        ...ofVoucher,
      },
      {
        kind: 'returned',
        at: '2026-03-12T09:00:00.000+08:00',
        redemptionId: 'r-3',
        requestNo: 'back-1',
        ...ofVoucher,
        discountFen: -509,
        subsidyFen: -300,
      },
    ]);
  });

  it('has two counts, and sums net of what was returned', () => {
    const { merchantId, month, confirmed, returned, discountFen, subsidyFen } = statement();
    expect([merchantId, month]).toEqual(['station-east', '2026-03']);
    expect([confirmed, returned]).toEqual([3, 1]);
    expect([discountFen, subsidyFen]).toEqual([509, 1800]);
  });

  it('shows a return alone where the confirmation stands in another month', () => {
    const april = of([], [returned({ subsidyFen: 1500 })]);
    expect([april.confirmed, april.returned, april.discountFen, april.subsidyFen]).toEqual([0, 1, 0, -1500]);
    expect(april.items.map(({ requestNo, amountFen }) => [requestNo, amountFen])).toEqual([['back-1', null]]);
    expect(Object.is(april.items[0]?.discountFen, 0)).toBe(true);
  });

  it('goes by redemption, confirmation first, where times are the same', () => {
    const at = '2026-03-10T13:00:00.000+08:00';
    const same = ['r-3', 'r-10', 'r-2'].map(redemptionId =>
      returned({ redemptionId, confirmedAt: at, returnedAt: at }),
    );
    const places = of(same, same).items.map(({ redemptionId, kind }) => `${redemptionId} ${kind}`);
    expect(places).toEqual([
      'r-10 confirmed',
      'r-10 returned',
      'r-2 confirmed',
      'r-2 returned',
      'r-3 confirmed',
      'r-3 returned',
    ]);
  });

  it('leaves out what is neither, whatever an index says', () => {
    expect(of([reserved()], [cup])).toMatchObject({ items: [], confirmed: 0, returned: 0 });
  });

  it('bears the digest of all that it says', () => {
    const { sha256: digest, ...rest } = statement();
    expect(digest).toBe(sha256(canonical(rest as never)));
    expect(of([cup], []).sha256).not.toBe(of([{ ...cup, subsidyFen: 1501 }], []).sha256);
  });
});
