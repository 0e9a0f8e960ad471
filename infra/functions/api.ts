import { type FunctionSpec, http } from './spec.ts';

export const apiFunctions = {
  openapi: {
    ...http,
    purpose: 'Serves the OpenAPI description of the API',
    ifItFails: 'Developers cannot read the description of the API. The API itself is not affected.',
    grants: [],
  },
} as const satisfies Record<string, FunctionSpec>;
