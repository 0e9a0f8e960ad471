import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';

export const getOpenApi = endpoint({
  route: 'GET /v1/openapi.json',
  servedBy: 'openapi',
  summary: '接口说明 · This description',
  roles: [],
  public: true,
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: z.undefined(),
  answers: { 200: z.looseObject({ openapi: z.string() }) },
  refusals: [],
});
