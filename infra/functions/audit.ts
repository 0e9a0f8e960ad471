import { on } from './grants.ts';
import { type FunctionSpec, http } from './spec.ts';

export const auditFunctions = {
  'audit-list': {
    ...http,
    purpose: 'Lists what organizers changed',
    ifItFails: 'Organizers cannot see who changed what. Changes are still recorded.',
    grants: [on('audit', 'query')],
  },
} as const satisfies Record<string, FunctionSpec>;
