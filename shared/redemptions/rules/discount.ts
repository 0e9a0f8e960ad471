/** What a discount takes off: a fixed amount, or a share up to a limit. Money in fen. */
export type Discount =
  | { readonly amountFen: number; readonly minSpendFen?: number | undefined }
  | { readonly percentOff: number; readonly maxFen: number; readonly minSpendFen?: number | undefined };

/**
 * The discount on a purchase, in whole fen, never more than the purchase itself.
 *
 * @param discount undefined for goods, which are handed over and cost nothing
 * @param amountFen what the purchase costs before the discount
 */
export function discountFenOf(discount: Discount | undefined, amountFen: number): number {
  if (!discount) return 0;
  return 'amountFen' in discount
    ? Math.min(amountFen, discount.amountFen)
    : Math.min(percentOf(amountFen, discount.percentOff), discount.maxFen);
}

/** Whole hundreds and the rest apart: so no product is larger than the amount, and none is inexact. */
function percentOf(amountFen: number, percent: number): number {
  const rest = amountFen % 100;
  return ((amountFen - rest) / 100) * percent + Math.floor((rest * percent) / 100);
}
