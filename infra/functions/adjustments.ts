import { changesAccounts, knowsAdjustmentLimit, on, settlesOverdueHolds, writesAudit } from './grants.ts';
import { type FunctionSpec, http } from './spec.ts';

export const adjustmentFunctions = {
  adjustments: {
    ...http,
    purpose: 'Adds or removes points when two organizers agree',
    ifItFails: 'Organizers cannot correct points by hand.',
    grants: [
      changesAccounts,
      settlesOverdueHolds,
      on('profiles', 'get'),
      on('adjustments', 'get', 'put', 'update', 'query:byMonth'),
      writesAudit,
      knowsAdjustmentLimit,
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
