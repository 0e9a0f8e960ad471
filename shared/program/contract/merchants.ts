import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { Id, Page, pageQuery, Text } from '../../kernel/primitives.ts';

/** A partner shop, or a station: where rewards are handed over. */
export const MerchantBody = z.strictObject({
  name: Text(100),
  kind: z.enum(['merchant', 'station']),
  district: Id,
});

export const Merchant = MerchantBody.extend({ merchantId: Id }).meta({ id: 'Merchant' });
export type Merchant = z.infer<typeof Merchant>;

const merchantCommon = { servedBy: 'manage-program', roles: ['organizer'] } as const;

export const putMerchant = endpoint({
  ...merchantCommon,
  route: 'PUT /v1/merchants/{merchantId}',
  summary: '登记商户或驿站 · Register a merchant or a station, or replace what is known of it',
  params: z.strictObject({ merchantId: Id }),
  query: z.strictObject({}),
  body: MerchantBody.meta({
    examples: [{ name: '洪城红驿站', kind: 'station', district: 'qingshanhu' }],
  }),
  answers: { 200: Merchant },
  refusals: [],
});

export const listMerchants = endpoint({
  ...merchantCommon,
  route: 'GET /v1/merchants',
  summary: '商户与驿站列表 · All merchants and stations, by merchantId',
  params: z.strictObject({}),
  query: z.strictObject(pageQuery),
  cursor: Id,
  body: z.undefined(),
  answers: { 200: Page(Merchant) },
  refusals: [],
});
