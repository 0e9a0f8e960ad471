import { on } from './grants.ts';
import { type FunctionSpec, http } from './spec.ts';

export const statementFunctions = {
  statements: {
    ...http,
    memoryMb: 1769, // one full vCPU: the largest month takes about 10 s of it
    timeoutSeconds: 29,
    purpose: "Adds up a merchant's month",
    ifItFails: 'Merchants cannot see what they are owed. Their confirmed redemptions are not affected.',
    grants: [on('program', 'get'), on('redemptions', 'batchGet', 'query:confirmations', 'query:returns')],
  },
} as const satisfies Record<string, FunctionSpec>;
