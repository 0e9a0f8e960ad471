import { getOpenApi } from '../shared/api/contract/description.ts';
import { endpoints } from '../shared/api/contract/endpoints.ts';
import { openApiDocument } from '../shared/api/contract/openapi.ts';
import { on, renderedJson, reply, serveVerifying } from '../shared/runtime/http.ts';

const document = renderedJson({ ...openApiDocument(endpoints) });

/** Public: a token that is sent is ignored. */
export const handler = serveVerifying(
  async () => undefined,
  on(getOpenApi, async () => reply(200, document, { 'cache-control': 'public, max-age=300' })),
);
