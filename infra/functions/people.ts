import { on, writesAudit } from './grants.ts';
import { type FunctionSpec, http } from './spec.ts';

export const peopleFunctions = {
  drivers: {
    ...http,
    purpose: 'Registers drivers',
    ifItFails: 'Drivers cannot be registered, and cannot give or withdraw consent to be named.',
    grants: [on('profiles', 'get', 'put'), writesAudit],
  },
  callers: {
    ...http,
    purpose: 'Registers, disables and rekeys callers',
    ifItFails: 'Organizers cannot admit new platforms and merchants, and cannot disable a caller.',
    grants: [on('callers', 'get', 'put', 'query:byHolder'), on('profiles', 'check'), writesAudit],
  },
} as const satisfies Record<string, FunctionSpec>;

/** Deployed only with our own user pool, in the identity stack. */
export const identityFunctionSpecs = {
  'issue-claims': {
    memoryMb: 512,
    timeoutSeconds: 5, // the user pool gives up after 5 s
    purpose: 'Writes into each token whom its caller acts for',
    ifItFails: 'No new tokens are issued: platforms, merchants and drivers cannot sign in.',
    grants: [on('callers', 'get')],
    refusalMetric: 'TokensRefused',
  },
} as const satisfies Record<string, FunctionSpec>;
