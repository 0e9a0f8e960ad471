import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { CursorKey, Id, Month, pageQuery, Sha256Hex } from '../../kernel/primitives.ts';

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
    items: z.array(StatementItem).meta({ description: 'All lines; with limit or cursor those of one page' }),
    sha256: Sha256Hex.meta({ description: 'Digest of the whole statement, on every page the same' }),
    nextCursor: z.string().nullable().optional().meta({ description: 'Of a page: where the next begins' }),
  })
  .meta({ id: 'Statement' });
export type StatementView = z.infer<typeof StatementView>;

/** So many lines, as long as they get, fit into one answer. */
export const statementPageMax = 10_000;
const statementPageDefault = 50;
const limitSaid = `must be a whole number from 1 to ${statementPageMax}`;

/** Where a page goes on, and what the first one has found out about the whole. */
export const StatementPosition = z.strictObject({
  merchantId: Id,
  month: Month,
  after: z.strictObject({ at: CursorKey, redemptionId: CursorKey, kind: StatementItem.shape.kind }),
  /** Lines that are to come: what has been confirmed since the first page was read is none of them. */
  left: z.int().min(1),
  whole: StatementView.pick({
    confirmed: true,
    returned: true,
    discountFen: true,
    subsidyFen: true,
    sha256: true,
  }).strict(),
});
export type StatementPosition = z.infer<typeof StatementPosition>;

export const getStatement = endpoint({
  route: 'GET /v1/merchants/{merchantId}/statements/{month}',
  servedBy: 'statements',
  summary:
    '商户月结单 · A merchant’s month, line by line, by time; as JSON or, with format=csv, for a spreadsheet; whole, or page by page with limit and cursor',
  roles: ['merchant', 'organizer'],
  params: z.strictObject({ merchantId: Id, month: Month }),
  query: z
    .strictObject({
      format: z.enum(['json', 'csv']).default('json'),
      limit: z
        .string()
        .regex(/^\d{1,5}$/, limitSaid)
        .transform(Number)
        .refine(limit => limit >= 1 && limit <= statementPageMax, limitSaid)
        .optional()
        .meta({
          description: `1 to ${statementPageMax}; ${statementPageDefault} where there is a cursor alone`,
        }),
      cursor: pageQuery.cursor,
    })
    .transform(({ format, limit, cursor }) => ({
      format,
      cursor,
      /** Undefined where the whole is wanted. */
      limit: limit ?? (cursor === undefined ? undefined : statementPageDefault),
    })),
  cursor: StatementPosition,
  body: z.undefined(),
  answers: { 200: StatementView },
  media: ['application/json', 'text/csv'],
  refusals: ['not-found', 'too-large'],
});
