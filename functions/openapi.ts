import { getOpenApi } from '../shared/api/contract/description.ts';
import { endpoints } from '../shared/api/contract/endpoints.ts';
import { openApiDocument } from '../shared/api/contract/openapi.ts';
import { on, reply, serveVerifying } from '../shared/runtime/http.ts';

const document = JSON.stringify(openApiDocument(endpoints));

/** Public for everybody: a token that comes along is not looked at. */
export const handler = serveVerifying(
  async () => undefined,
  on(getOpenApi, async () => reply(200, document, { 'cache-control': 'public, max-age=300' })),
);
