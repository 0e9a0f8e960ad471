import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { Id, Month, Sha256Hex } from './primitives.ts';

/** What was confirmed, or what was returned: then with its sums below zero. */
export const StatementItem = z.strictObject({
  kind: z.enum(['confirmed', 'returned']),
  at: z.string(),
  redemptionId: z.string(),
  rewardId: z.string(),
  requestNo: z.string(),
  amountFen: z.int().nullable(),
  discountFen: z.int(),
  subsidyFen: z.int(),
});

export const StatementView = z
  .strictObject({
    merchantId: z.string(),
    month: Month,
    confirmed: z.int(),
    returned: z.int(),
    discountFen: z.int(),
    subsidyFen: z.int(),
    items: z.array(StatementItem),
    sha256: Sha256Hex,
  })
  .meta({ id: 'Statement' });
export type StatementView = z.infer<typeof StatementView>;

export const getStatement = endpoint({
  route: 'GET /v1/merchants/{merchantId}/statements/{month}',
  servedBy: 'statements',
  summary:
    '商户月结单 · A merchant’s month, line by line, by time; as JSON or, with format=csv, for a spreadsheet',
  roles: ['merchant', 'organizer'],
  params: z.strictObject({ merchantId: Id, month: Month }),
  query: z.strictObject({ format: z.enum(['json', 'csv']).default('json') }),
  body: z.undefined(),
  answers: { 200: StatementView },
  media: ['application/json', 'text/csv'],
  refusals: ['not-found'],
});
