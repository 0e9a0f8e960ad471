import { type Role, roles } from '../../kernel/endpoint.ts';
import type { CallerView } from '../contract/callers.ts';
import {
  machineTrigger,
  organizersGroup,
  poolScopes,
  resourceServer,
  type TokenRequest,
} from '../contract/token-request.ts';

/** What is written into a token, and which scopes it has. */
export interface Issued {
  readonly claimsToAddOrOverride: Readonly<Record<string, string>>;
  readonly scopesToAdd: readonly string[];
  readonly scopesToSuppress: readonly string[];
}

/** Who asks: a machine by its client, a person by the subject. Undefined where the request names nobody. */
export function callerIdOf({ triggerSource, callerContext, request }: TokenRequest): string | undefined {
  return triggerSource === machineTrigger ? callerContext.clientId : request.userAttributes?.sub;
}

/** Organizers are members of a group of the pool, which only its operators can change. */
export function isOrganizer({ triggerSource, request }: TokenRequest): boolean {
  if (triggerSource === machineTrigger) return false;
  return request.groupConfiguration?.groupsToOverride?.includes(organizersGroup) ?? false;
}

/**
 * The one role of a caller, as a claim and a scope, whatever scopes were asked for; undefined for whom nobody has
 * registered, or has been disabled since.
 */
export function claimsFor(request: TokenRequest, caller: CallerView | undefined): Issued | undefined {
  if (isOrganizer(request)) return issued('organizer', {});
  if (!caller?.enabled) return undefined;
  return issued(caller.role, { [roles[caller.role].claim]: caller.id });
}

function issued(role: Role, claimsToAddOrOverride: Issued['claimsToAddOrOverride']): Issued {
  const own = `${resourceServer}/${roles[role].scope}`;
  return {
    claimsToAddOrOverride,
    scopesToAdd: [own],
    scopesToSuppress: poolScopes.filter(scope => scope !== own),
  };
}
