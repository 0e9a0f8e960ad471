import { on } from './grants.ts';
import { type FunctionSpec, http } from './spec.ts';

export const walletFunctions = {
  wallet: {
    ...http,
    purpose: 'Shows drivers their points and their history',
    ifItFails: 'Drivers cannot see their points. The points are not affected.',
    grants: [
      on('accounts', 'get'),
      on('profiles', 'get'),
      on('ledger', 'query:byDriver'),
      on('redemptions', 'get', 'batchGet', 'query:byDriver', 'query:due'),
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
