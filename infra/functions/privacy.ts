import { on, writesAudit } from './grants.ts';
import { type FunctionSpec, http } from './spec.ts';

export const privacyFunctions = {
  'erase-driver': {
    ...http,
    timeoutSeconds: 29,
    purpose: "Erases a driver's personal data",
    ifItFails: 'Drivers who ask for erasure have to wait.',
    grants: [
      on('profiles', 'get', 'put'),
      on('evidence', 'query', 'delete'),
      on('attestations', 'query', 'update'),
      on('callers', 'query:byHolder', 'delete'),
      on('redemptions', 'query:byDriver', 'update'),
      on('accounts', 'get'),
      on('ledger', 'query:byDriver'),
      on('rankings', 'get', 'batchGet'),
      on('rankingBlocks', 'batchGet', 'put'),
      writesAudit,
    ],
  },
  'export-driver': {
    ...http,
    purpose: 'Exports all data stored about a driver',
    ifItFails: 'Drivers cannot get a copy of their data.',
    grants: [
      on('profiles', 'get'),
      on('accounts', 'get'),
      on('ledger', 'query:byDriver'),
      on('evidence', 'query'),
      on('attestations', 'query'),
      on('redemptions', 'query:byDriver', 'batchGet'),
      on('callers', 'query:byHolder'),
      writesAudit,
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
