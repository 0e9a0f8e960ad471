import middy from '@middy/core';
import { TokenRequest } from '../shared/people/contract/token-request.ts';
import { readCaller } from '../shared/people/store/callers.ts';
import { callerIdOf, claimsFor } from '../shared/people/use-cases/issue-claims.ts';
import { count, log, observed } from '../shared/runtime/observe.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

/** Before the user pool signs a token: whom it is for is looked up, and whoever is not registered gets none. */
export const handler = middy<unknown, unknown>()
  .use(observed())
  .handler(async event => {
    const request = TokenRequest.parse(event);
    const callerId = callerIdOf(request);
    const caller = callerId === undefined ? undefined : await readCaller(database, callerId);
    const issued = claimsFor(request, caller);
    if (!issued) {
      count('TokensRefused');
      log.warn('no token for this caller', { callerId, known: caller !== undefined });
      throw new Error('this caller is not registered, or is disabled');
    }
    const { claimsToAddOrOverride, scopesToAdd, scopesToSuppress } = issued;
    const accessTokenGeneration = { claimsToAddOrOverride, scopesToAdd, scopesToSuppress };
    return { ...request, response: { claimsAndScopeOverrideDetails: { accessTokenGeneration } } };
  });
