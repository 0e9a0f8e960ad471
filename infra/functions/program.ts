import { changesAccounts, on, settlesOverdueHolds, writesAudit } from './grants.ts';
import { type FunctionSpec, http } from './spec.ts';

export const programFunctions = {
  'manage-program': {
    ...http,
    purpose: 'Stores rulebooks, merchants, rewards and stock',
    ifItFails: 'Organizers cannot change rules, merchants or rewards.',
    grants: [
      changesAccounts,
      settlesOverdueHolds,
      on('program', 'get', 'batchGet', 'put', 'query'),
      on('rewards', 'batchGet', 'update'),
      on('stockAdjustments', 'get', 'put'),
      writesAudit,
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
