import { canonical, type Json, type Sha256 } from '../../kernel/canonical.ts';
import type { Month } from '../../kernel/time.ts';
import { isConfirmed, type Redemption, settlementOf } from '../../redemptions/rules/redemption.ts';

/** One line: what was confirmed, or what was returned, then with its sums below zero. */
export interface StatementLine {
  readonly kind: 'confirmed' | 'returned';
  readonly at: string;
  readonly redemptionId: string;
  readonly rewardId: string;
  readonly requestNo: string;
  readonly amountFen: number | null;
  readonly discountFen: number;
  readonly subsidyFen: number;
}

export interface Statement {
  readonly merchantId: string;
  readonly month: Month;
  readonly confirmed: number;
  readonly returned: number;
  readonly discountFen: number;
  readonly subsidyFen: number;
  readonly items: readonly StatementLine[];
  readonly sha256: string;
}

/** What was confirmed in a month, and what was returned in it. */
export interface OfMonth {
  readonly confirmed: readonly Redemption[];
  readonly returned: readonly Redemption[];
}

/** A merchant's month: lines by time, two counts, and sums net of what was returned in it. */
export function statementOf(
  merchantId: string,
  month: Month,
  { confirmed, returned }: OfMonth,
  sha256: Sha256,
): Statement {
  const items = statementLines({ confirmed, returned });
  const countOf = (kind: StatementLine['kind']) => items.filter(line => line.kind === kind).length;
  const statement = {
    merchantId,
    month,
    confirmed: countOf('confirmed'),
    returned: countOf('returned'),
    discountFen: items.reduce((sum, line) => sum + line.discountFen, 0),
    subsidyFen: items.reduce((sum, line) => sum + line.subsidyFen, 0),
    items,
  };
  return { ...statement, sha256: sha256(canonical(statement as unknown as Json)) };
}

/** A line for each confirmation and each return, by time. */
export function statementLines({ confirmed, returned }: OfMonth): StatementLine[] {
  return [...confirmed.flatMap(confirmationLine), ...returned.flatMap(returnLine)].sort((a, b) =>
    linePlace(a) < linePlace(b) ? -1 : 1,
  );
}

/** Where a line stands: by code units, so that everybody's machine sorts alike. */
export function linePlace({
  at,
  redemptionId,
  kind,
}: Pick<StatementLine, 'at' | 'redemptionId' | 'kind'>): string {
  return `${at}#${redemptionId}#${kind}`;
}

function confirmationLine(redemption: Redemption): StatementLine[] {
  if (!isConfirmed(redemption)) return [];
  const { redemptionId, rewardId, requestNo, confirmedAt: at, amountFen = null } = redemption;
  return [
    { kind: 'confirmed', at, redemptionId, rewardId, requestNo, amountFen, ...settlementOf(redemption) },
  ];
}

function returnLine(redemption: Redemption): StatementLine[] {
  if (redemption.state !== 'returned') return [];
  const { redemptionId, rewardId, returnRequestNo: requestNo, returnedAt: at, amountFen = null } = redemption;
  const { discountFen, subsidyFen } = settlementOf(redemption);
  const taken = { discountFen: 0 - discountFen, subsidyFen: 0 - subsidyFen };
  return [{ kind: 'returned', at, redemptionId, rewardId, requestNo, amountFen, ...taken }];
}
